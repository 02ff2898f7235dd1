import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import { lockReport } from '../core/lock-report.ts';
import type { MeasuredStatement } from '../core/measurement.ts';
import type { MigrationFile } from '../core/migration.ts';
import type { Step } from '../core/plan.ts';
import type { Rehearsal, RehearsedMigration, Verdict } from '../core/rehearsal.ts';
import type { RehearsalTools, ThrowawayDatabase } from '../core/rehearsal-ports.ts';
import type { TargetReport } from '../core/report.ts';
import { splitStatements } from '../core/statements.ts';
import type { Context } from './context.ts';
import { interruption } from './execution.ts';
import { serverVersionText } from './open.ts';
import { rebuild } from './rebuild.ts';
import { rehearseApart } from './rehearse-apart.ts';
import { Pass } from './rehearse-pass.ts';
import { rehearseTogether } from './rehearse-together.ts';
import { verify } from './verify.ts';

/** What `rehearse` is asked for. */
export interface RehearseRequest {
  /** The migrations to rehearse; those before them are applied first. */
  readonly versions: ReadonlySet<string>;
  /** How many rows each empty table gets for the pass with rows; 0 leaves that pass out. */
  readonly rows: number;
  /** Loads the seeds that fit the schema as it is at that moment. */
  readonly seeds?: ((context: Context, applied: readonly MigrationFile[]) => Promise<void>) | undefined;
  readonly tools: RehearsalTools;
  readonly historySchema: string;
  /** What a person is shown of the measures. */
  readonly shown: Rehearsal['shown'];
}

/** What one pass found out about one migration. */
interface Rehearsed {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  readonly durations: RehearsedMigration['durations'];
  readonly statements: readonly MeasuredStatement[];
  readonly apart: boolean;
  /** The database stands after it, so that the next one can be rehearsed. */
  readonly applied: boolean;
}

/**
 * Rehearses migrations on a throwaway database: each one up with its guards, its rollback, and up again, first on empty
 * tables, where the schema is compared, then with rows, where the data is. Nothing else is touched. Exit code 6 when a
 * migration is not proven. Throws StepFailedError when one before them does not go up.
 */
export async function rehearse(
  target: Context,
  database: ThrowawayDatabase,
  request: RehearseRequest,
): Promise<TargetReport> {
  const { clock } = target;
  const start = clock.elapsed();
  const context: Context = {
    ...target,
    database,
    emit: () => undefined,
    environment: { name: 'development', explicit: false, protected: [], change: false },
  };
  const newest = Math.max(
    -1,
    ...target.files.map((file, index) => (request.versions.has(file.version) ? index : -1)),
  );
  const files = target.files.slice(0, newest + 1);
  const options = { ...request, database, context, files };

  const serverVersion = await install(context);
  const withRows = request.rows > 0;
  const empty = withRows ? await database.save() : undefined;
  let unfilled: Rehearsal['unfilled'] = [];
  const passes: ReadonlyMap<string, Rehearsed>[] = [];
  try {
    passes.push(
      await runPass(new Pass({ ...options, rows: 0, seeds: undefined, measured: !withRows }), target),
    );
    if (empty !== undefined) {
      await empty.takeBack();
      const pass = new Pass({ ...options, measured: true });
      passes.push(await runPass(pass, target, passes[0]));
      unfilled = [...pass.unfilled.values()];
    }
  } finally {
    await empty?.discard();
  }
  const chosen = files.filter((file) => request.versions.has(file.version));
  const [bare, full] = passes;
  const migrations = chosen.map((file) => merged(file, bare?.get(file.version), full?.get(file.version)));
  const findings = chosen.flatMap(({ version }) => {
    const first = bare?.get(version)?.findings ?? [];
    // What fails on empty tables fails with rows too; said once.
    const second = bare?.get(version)?.verdict === 'failed' ? [] : (full?.get(version)?.findings ?? []);
    return [...first, ...second];
  });
  return {
    target: target.target,
    outcomes: [],
    findings,
    rehearsal: {
      on: database.label.replace(/^throwaway on /, ''),
      serverVersion,
      rows: request.rows,
      migrations,
      unfilled,
      shown: request.shown,
    },
    exitCode: findings.some(({ severity }) => severity === 'error') ? EXIT.checkFailed : EXIT.done,
    duration: clock.elapsed() - start,
  };
}

/** Creates the history, which migrations may use; gives back the version of the server. */
async function install(context: Context): Promise<string> {
  const session = await context.database.connect('work');
  try {
    await session.prepare();
    await context.tools.history.ensure(session);
    return serverVersionText(session.serverVersion);
  } finally {
    await session.close();
  }
}

async function runPass(
  pass: Pass,
  { emit, signal }: Context,
  earlier?: ReadonlyMap<string, Rehearsed>,
): Promise<ReadonlyMap<string, Rehearsed>> {
  const { files, versions, context, database } = pass.options;
  const results = new Map<string, Rehearsed>();
  let waiting = false;
  let blocked = false;
  try {
    for (const [index, file] of files.entries()) {
      if (signal.aborted) throw interruption(signal);
      if (!versions.has(file.version)) {
        waiting = true;
        continue;
      }
      if (blocked) {
        results.set(file.version, NOT_RUN);
        continue;
      }
      if (waiting) {
        await pass.disconnect();
        await rebuild(context, database, files.slice(0, index), () => Promise.resolve());
        pass.leave({});
        waiting = false;
      }
      emit({
        type: 'rehearsing',
        version: file.version,
        name: file.name,
        withRows: pass.withRows,
        done: results.size,
        count: versions.size,
      });
      const result = await rehearseOne(file, pass, earlier?.get(file.version));
      results.set(file.version, result);
      blocked = !result.applied;
    }
  } finally {
    await pass.disconnect();
  }
  return results;
}

const NOT_RUN: Rehearsed = {
  verdict: 'not-run',
  findings: [],
  durations: { up: 0 },
  statements: [],
  apart: false,
  applied: false,
};

async function rehearseOne(
  file: MigrationFile,
  pass: Pass,
  earlier: Rehearsed | undefined,
): Promise<Rehearsed> {
  await pass.provideRows(file);
  const statements: MeasuredStatement[] = [];
  const together = await rehearseTogether(file, stepOf(file), pass, statements);
  if (together !== undefined) {
    const { durations } = together;
    const findings = [...together.findings, ...(await checkFindings(file, pass))];
    return { ...judged(file, findings), durations, statements, apart: false, applied: true };
  }
  const { durations, applied, ...found } = await rehearseApart(file, pass, statements);
  const findings = [...found.findings, ...(applied ? await checkFindings(file, pass) : [])];
  const judgement = judged(file, findings);
  const facts = { ...judgement, durations, statements, apart: true };
  if (applied) return { ...facts, applied };
  // What depends on the rows in production was not proven with rows, and is no failure either.
  const verdict = judgement.verdict === 'failed' ? 'failed' : 'not-run';
  if (earlier?.applied !== true) return { ...facts, verdict, applied };
  // It goes up on empty tables: those after it can be rehearsed when the rows are taken out.
  await pass.removeRows();
  await pass.disconnect();
  const { context, database, files } = pass.options;
  await rebuild(context, database, files.slice(0, files.indexOf(file) + 1), () => Promise.resolve());
  pass.leave({});
  return { ...facts, verdict, applied: true };
}

function judged(file: MigrationFile, findings: readonly Finding[]): Pick<Rehearsed, 'verdict' | 'findings'> {
  const failed = findings.some(({ severity }) => severity === 'error');
  const verdict = failed ? 'failed' : file.rollback === undefined ? 'irreversible' : 'proven';
  return { verdict, findings };
}

/** The project's checks that fail at this version; a warning says nothing of the migration. Generated rows keep no promise that no constraint makes: without rows only. */
async function checkFindings(file: MigrationFile, pass: Pass): Promise<readonly Finding[]> {
  const { context, files } = pass.options;
  if (pass.withRows || (context.checks?.files.length ?? 0) === 0) return [];
  const upTo = files.slice(0, files.indexOf(file) + 1);
  const { verification } = await verify(
    { ...context, files: upTo },
    { only: [], offenders: 1, skipBuiltin: true },
  );
  return (verification?.checks ?? [])
    .filter(({ passed, severity, skipped }) => skipped === undefined && !passed && severity === 'error')
    .map((check) => ({
      code: 'check-failed',
      severity: 'error',
      exitCode: EXIT.checkFailed,
      version: file.version,
      message: `after the migration, the check "${check.name}" fails: expected ${check.expected}, got ${check.got}`,
      hint: 'the checks of the database hold at every version; narrow one with @since or @until where it does not',
      place: check.place,
    }));
}

function stepOf(file: MigrationFile): Step {
  const { version, name, script, directives, guard } = file;
  const statements = splitStatements(script.text).statements.length;
  return { direction: 'up', version, name, script, directives, guard, source: 'file', statements, file };
}

function merged(file: MigrationFile, bare: Rehearsed = NOT_RUN, full?: Rehearsed): RehearsedMigration {
  const { version, name } = file;
  const onlyWithoutRows = bare.verdict !== 'failed' && full?.verdict === 'failed';
  const shown = full === undefined || full.statements.length === 0 ? bare : full;
  const all = [...bare.findings, ...(full?.findings ?? [])];
  return {
    version,
    name,
    verdict: onlyWithoutRows ? 'failed' : bare.verdict,
    rows: full !== undefined && full.verdict !== 'not-run',
    onlyWithoutRows,
    columnOrder: all.some(({ code }) => code === 'rollback-column-order'),
    durations: bare.durations,
    statements: shown.statements,
    locks: lockReport(shown.statements, { transaction: file.directives.transaction }),
    apart: bare.apart,
  };
}
