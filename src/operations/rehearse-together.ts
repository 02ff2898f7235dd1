import { ServerError } from '../core/errors.ts';
import { errorsOf } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { MeasuredStatement } from '../core/measurement.ts';
import type { MigrationFile, Script } from '../core/migration.ts';
import { positionAt } from '../core/place.ts';
import type { Step } from '../core/plan.ts';
import type { Session } from '../core/ports.ts';
import type { MeteredFile } from '../core/rehearsal-ports.ts';
import { splitStatements, statementText } from '../core/statements.ts';
import { runCheck } from './checks.ts';
import { repetitionFindings, rollbackFindings } from './rehearse-compare.ts';
import type { Moment } from './rehearse-compare.ts';
import type { Pass } from './rehearse-pass.ts';

/** What a rehearsal in one transaction came to: every statement ran, and every guard held. */
export interface Together {
  readonly durations: { readonly up: number; readonly down?: number; readonly again?: number };
  readonly findings: readonly Finding[];
}

/** A guard does not hold. */
class GuardFailed extends Error {}

/** Session and transaction settings, temporary tables and cursors end with each file when it runs for real. */
const FRESH =
  'set constraints all immediate; reset session authorization; reset role; reset all; discard temp; close all;\n';

/**
 * Up, down and up again in one transaction, which takes a fraction of the time of three and a copy of the database, and
 * leaves the database after the migration. Undefined, and nothing done, when a statement or a guard fails: that is judged
 * in transactions of their own, as one transaction for everything can fail where three do not (55P04, a new enum value
 * used before it is committed; 55006, pending trigger events). What was measured is put into `statements` as it
 * comes. Throws ConnectionError.
 */
export async function rehearseTogether(
  file: MigrationFile,
  step: Step,
  pass: Pass,
  statements: MeasuredStatement[],
): Promise<Together | undefined> {
  if (!file.directives.transaction || file.rollback?.directives.transaction === false) return undefined;
  const session = await pass.session();
  const frame = new Frame(file, step, pass, session);
  try {
    // Rows change no schema, and pictures are what takes the time: the pass with rows looks at rows only. The other one
    // looks closer only where a digest says that there is something to see.
    if (pass.withRows) return await upDownUp(frame, statements, await rowsLook(pass));
    const quick = await upDownUp(frame, statements, await digestLook(pass));
    return quick ?? (await upDownUp(frame, statements, await pictureLook(pass)));
  } catch (error) {
    if (!(error instanceof ServerError || error instanceof GuardFailed)) throw error;
    await session.script('rollback');
    await frame.reset();
    return undefined;
  }
}

/** What is looked at, and what is said of it; undefined findings where it takes a closer look to say it. */
interface Look {
  readonly before: Moment;
  readonly now: () => Promise<Moment>;
  readonly afterRollback: (file: MigrationFile, now: Moment) => readonly Finding[] | undefined;
  readonly afterRepetition: (
    file: MigrationFile,
    first: Moment,
    second: Moment,
    moved: boolean,
  ) => readonly Finding[] | undefined;
}

async function digestLook(pass: Pass): Promise<Look> {
  const before: Moment = { digest: await pass.digestBefore() };
  const same = (left: Moment, right: Moment): readonly Finding[] | undefined =>
    left.digest === right.digest ? [] : undefined;
  return {
    before,
    now: async () => ({ digest: await pass.digest() }),
    afterRollback: (_, now) => same(before, now),
    afterRepetition: (_, first, second) => same(first, second),
  };
}

async function pictureLook(pass: Pass): Promise<Look> {
  const before: Moment = { picture: await pass.pictureBefore() };
  return closeLook(before, async () => ({ picture: await pass.picture() }), false);
}

async function rowsLook(pass: Pass): Promise<Look> {
  const now = async (): Promise<Moment> => ({ rows: await pass.fingerprints() });
  return closeLook(await now(), now, true);
}

function closeLook(before: Moment, now: () => Promise<Moment>, withRows: boolean): Look {
  return {
    before,
    now,
    afterRollback: (file, moment) => rollbackFindings(file, before, moment, withRows),
    afterRepetition: (file, first, second, moved) =>
      repetitionFindings(file, first, second, { withRows, moved }),
  };
}

/** Undefined, and nothing done, when it takes a closer look. */
async function upDownUp(
  frame: Frame,
  statements: MeasuredStatement[],
  look: Look,
): Promise<Together | undefined> {
  const { file, pass, session } = frame;
  const { context, tools, measured, historySchema } = pass.options;
  const { clock } = context;
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const start = clock.elapsed();
    await work();
    return clock.elapsed() - start;
  };
  statements.length = 0;
  await frame.begin();
  const meter = measured ? await tools.meter.begin(session, [historySchema]) : undefined;
  const first = await timed(() => runUp(session, file.script, meter, statements, clock.elapsed));
  await frame.afterUp();
  const up = measuredTime(statements) ?? first;
  const after = await look.now();
  const { rollback } = file;
  if (rollback === undefined) {
    await frame.commit(after);
    return { durations: { up }, findings: [] };
  }
  const down = await timed(() => frame.run(rollback.script));
  const incomplete = look.afterRollback(file, await look.now());
  if (incomplete === undefined) return frame.giveUp();
  if (errorsOf(incomplete).length > 0) {
    // What it leaves behind makes the second run fail or differ, which says nothing new.
    await session.script('rollback');
    await frame.begin();
    await frame.run(file.script);
    await frame.commit(after);
    return { durations: { up, down }, findings: incomplete };
  }
  const again = await timed(() => frame.run(file.script));
  await frame.afterUp();
  const third = await look.now();
  const different = look.afterRepetition(file, after, third, incomplete.length > 0);
  if (different === undefined) return frame.giveUp();
  await frame.commit(third);
  return { durations: { up, down, again }, findings: [...incomplete, ...different] };
}

/** What surrounds the files in the one transaction. */
class Frame {
  readonly #limits: string;

  constructor(
    readonly file: MigrationFile,
    readonly step: Step,
    readonly pass: Pass,
    readonly session: Session,
  ) {
    const timeout = file.directives.statementTimeout ?? pass.options.context.settings.statementTimeout;
    this.#limits =
      `select pg_catalog.set_config('statement_timeout', '${timeout}', true), ` +
      `pg_catalog.set_config('lms_db.started', pg_catalog.clock_timestamp()::text, true);\n`;
  }

  async begin(): Promise<void> {
    const { opening } = this.#history();
    await this.session.script(`begin isolation level read committed, read write;\n${this.#limits}${opening}`);
  }

  /** A file, and what ends with it. */
  async run(script: Script): Promise<void> {
    await this.session.script(`${script.text}\n;\n`);
    await this.session.script(FRESH + this.#limits);
  }

  /** What follows the migration: deferred constraints, and its guards. Throws ServerError, GuardFailed. */
  async afterUp(): Promise<void> {
    await this.session.script(FRESH + this.#limits);
    for (const check of this.file.guard?.checks ?? []) {
      const result = await runCheck(this.session, check);
      if (!result.passed && result.severity === 'error') throw new GuardFailed();
    }
  }

  /** Records the migration. */
  async commit(now: Moment): Promise<void> {
    await this.session.script(`${this.#history().closing}commit;`);
    await this.reset();
    this.pass.leave(now);
  }

  /** Takes everything back. */
  async giveUp(): Promise<undefined> {
    await this.session.script('rollback');
    await this.reset();
    return undefined;
  }

  /** What a file left in the session ends with it; what we keep in it stays. */
  async reset(): Promise<void> {
    await this.session.reset({ keep: this.pass.options.tools.digest.statement });
  }

  #history(): { readonly opening: string; readonly closing: string } {
    return this.pass.options.context.tools.history.frame(this.step);
  }
}

async function runUp(
  session: Session,
  script: Script,
  meter: MeteredFile | undefined,
  statements: MeasuredStatement[],
  elapsed: () => number,
): Promise<void> {
  if (meter === undefined) {
    await session.script(`${script.text}\n;\n`);
    return;
  }
  for (const statement of splitStatements(script.text).statements) {
    const text = statementText(script.text, statement);
    const start = elapsed();
    await session.script(text);
    const duration = elapsed() - start;
    statements.push({
      ordinal: statement.ordinal,
      line: positionAt(script.text, statement.start).line,
      text: firstWords(text),
      duration,
      ...(await meter.afterStatement()),
    });
  }
}

/** The start of a statement, on one line. */
export function firstWords(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= WIDEST ? line : `${line.slice(0, WIDEST - 1)}…`;
}

/** How much of a statement a report shows. */
const WIDEST = 100;

function measuredTime(statements: readonly MeasuredStatement[]): number | undefined {
  return statements.length === 0 ? undefined : statements.reduce((sum, { duration }) => sum + duration, 0);
}
