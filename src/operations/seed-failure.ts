import type { Holder } from '../core/activity.ts';
import { ConnectionError, InterruptedError, LmsDbError, ServerError } from '../core/errors.ts';
import type { Place } from '../core/place.ts';
import type { StatementFailure } from '../core/report.ts';
import { RowsRefusedError } from '../core/seed-errors.ts';
import { seedName } from '../core/seed.ts';
import type { BadRow, DataSeed, SeedFile } from '../core/seed.ts';
import { statementFailure } from './failure.ts';
import type { SeedRun } from './seed-step.ts';

/** Why a seed failed, as a person is shown it. */
export interface SeedFailure {
  readonly failure: StatementFailure;
  readonly badRows?: readonly BadRow[] | undefined;
}

const REMAINS = 'rolled back: nothing of this file is loaded.';
const NEXT = 'correct the file and run `lms-db seed` again: what is loaded already is skipped';

/**
 * Finds out which rows are at fault, where the error does not say it or several are asked for. The
 * transaction of the seed was rolled back before.
 */
export async function failureOf(
  error: unknown,
  seed: SeedFile,
  run: SeedRun,
  blockers: readonly Holder[],
): Promise<SeedFailure> {
  if (error instanceof ConnectionError) {
    const next = 'run the command again: it goes on from what is recorded';
    return { failure: { message: error.message, remains: 'the server rolls the seed back.', next } };
  }
  if (seed.format === 'csv' || seed.format === 'ndjson') return dataFailure(error, seed, run, blockers);
  if (error instanceof ServerError) {
    const next = (await advice(error, seed, run)) ?? NEXT;
    const words = { remains: REMAINS, next, blockers: blockers.length === 0 ? undefined : blockers };
    if (seed.format !== 'sql')
      return { failure: { ...plain(error, next), place: placeInProgram(error.cause, seed) } };
    return { failure: statementFailure(error, { script: seed.script, offset: 0, lead: 0 }, words) };
  }
  const place = error instanceof LmsDbError ? error.place : placeInProgram(error, seed);
  return { failure: { ...plain(error, NEXT), place } };
}

async function dataFailure(
  error: unknown,
  seed: DataSeed,
  run: SeedRun,
  blockers: readonly Holder[],
): Promise<SeedFailure> {
  const cause = error instanceof RowsRefusedError ? error.cause : error;
  const next = (cause instanceof ServerError ? await advice(cause, seed, run) : undefined) ?? NEXT;
  if (error instanceof LmsDbError) {
    return { failure: { ...plain(error, error.hint ?? next), place: error.place } };
  }
  const known = error instanceof RowsRefusedError ? error.rows : [];
  const rows = await rowsAtFault(error, known, seed, run);
  const [first] = rows;
  if (first === undefined) {
    const held = blockers.length === 0 ? undefined : blockers;
    return {
      failure: { ...plain(cause ?? error, next), ...(known[0] ?? {}), blockers: held, place: undefined },
    };
  }
  const place: Place = { file: seed.path, line: first.line, column: 1 };
  const column = first.column === undefined ? '' : `column ${first.column}: `;
  return {
    badRows: rows,
    failure: {
      sqlstate: first.sqlstate,
      message: `${column}${first.message}`,
      detail: first.detail,
      place,
      snippet: first.text === undefined ? undefined : [{ line: first.line, text: first.text }],
      remains: REMAINS,
      next,
    },
  };
}

/** Classes 22 (data), 23 (constraints) and P0 (a trigger's own words): errors that belong to a row. */
const OF_A_ROW = /^(?:22|23|P0)/;

async function rowsAtFault(
  error: unknown,
  known: readonly BadRow[],
  seed: DataSeed,
  run: SeedRun,
): Promise<readonly BadRow[]> {
  const located = known.filter(({ line }) => line > 0);
  if (located.length >= run.maxErrors || run.run.session.closed) return located;
  if (error instanceof ServerError && !OF_A_ROW.test(error.facts.sqlstate)) return located;
  if (!(error instanceof ServerError || error instanceof RowsRefusedError)) return located;
  const { context, tools } = run;
  const { session } = run.run;
  context.emit({ type: 'note', message: `${seedName(seed)}: looking for the rows at fault` });
  try {
    await session.script(
      `begin; select pg_catalog.set_config('lock_timeout', '${context.settings.lockTimeout}', true),
       pg_catalog.set_config('statement_timeout', '0', true)`,
    );
    const rows = await tools.loader.badRows(session, seed, tools.reader.source(seed), {
      limit: run.maxErrors,
      signal: context.signal,
    });
    return rows.length === 0 ? located : rows;
  } catch (failed) {
    // The server's first words are still there, and they are what stopped the load.
    if (failed instanceof InterruptedError || context.signal.aborted) return located;
    const why = failed instanceof Error ? failed.message : String(failed);
    context.emit({ type: 'note', message: `${seedName(seed)}: the rows at fault were not found: ${why}` });
    return located;
  } finally {
    if (!session.closed) await session.script('rollback').catch(() => undefined);
  }
}

/** 23503: a row refers to one that is not there, perhaps because its file comes later. */
async function advice(error: ServerError, seed: SeedFile, run: SeedRun): Promise<string | undefined> {
  const { sqlstate, schema, table, constraint } = error.facts;
  if (sqlstate === '42P01') return 'apply the migrations first (`lms-db up`), or correct the name';
  if (sqlstate !== '23503' || run.run.session.closed) return undefined;
  return run.tools.order
    .advice(run.run.session, seed, run.seeds, { schema, table, name: constraint })
    .catch(() => undefined);
}

function plain(error: unknown, next: string): StatementFailure {
  if (error instanceof ServerError) {
    const { sqlstate, message, detail, hint, where } = error.facts;
    return { sqlstate, message, detail, serverHint: hint, where, remains: REMAINS, next };
  }
  return { message: error instanceof Error ? error.message : String(error), remains: REMAINS, next };
}

/** The line of the seed in the stack of an error that it threw. */
function placeInProgram(error: unknown, seed: SeedFile): Place | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  for (const frame of stack.split('\n')) {
    const match = /(?:\(|at )(?:async )?(?:file:\/\/)?(.+?):(\d+):(\d+)\)?$/.exec(frame.trim());
    if (match?.[1]?.replaceAll('\\', '/').endsWith(`/${seed.path}`) === true) {
      return { file: seed.path, line: Number(match[2]), column: Number(match[3]) };
    }
  }
  return undefined;
}
