import { ServerError } from '../core/errors.ts';
import { errorsOf, EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { MeasuredStatement } from '../core/measurement.ts';
import type { MigrationFile } from '../core/migration.ts';
import { positionAt } from '../core/place.ts';
import { dependsOnRows, failureFinding } from '../core/rehearsal-findings.ts';
import type { SavedDatabase } from '../core/rehearsal-ports.ts';
import type { StatementFailure, TargetReport } from '../core/report.ts';
import { splitStatements, statementText } from '../core/statements.ts';
import type { Context } from './context.ts';
import { StepFailedError } from './execution.ts';
import { migrate } from './migrate.ts';
import { repetitionFindings, rollbackFindings } from './rehearse-compare.ts';
import type { Moment } from './rehearse-compare.ts';
import { firstWords } from './rehearse-together.ts';
import type { Pass } from './rehearse-pass.ts';
import { rollBack } from './roll-back.ts';

/** What a rehearsal in transactions of their own came to. */
export interface Apart {
  readonly findings: readonly Finding[];
  readonly durations: { readonly up: number; readonly down?: number; readonly again?: number };
  /** Whether the database now stands after the migration, or could not be brought there. */
  readonly applied: boolean;
}

/**
 * Up, down and up again as they run for real: by the same engine, each in its own transaction, or statement by statement
 * without one. Whatever goes wrong is a finding, and a copy of the database brings back what was before.
 */
export async function rehearseApart(
  file: MigrationFile,
  pass: Pass,
  statements: MeasuredStatement[],
): Promise<Apart> {
  const { database } = pass.options;
  const before: Moment = { picture: await pass.pictureBefore(), rows: await pass.fingerprints() };
  await pass.disconnect();
  const saved = await database.save();
  try {
    if (pass.options.measured && !file.directives.transaction) {
      await measureAlone(file, pass, statements);
      await pass.disconnect();
      await saved.restore();
    }
    return await upDownUp(file, pass, saved, before);
  } finally {
    await pass.disconnect();
    await saved.discard();
  }
}

async function upDownUp(
  file: MigrationFile,
  pass: Pass,
  saved: SavedDatabase,
  before: Moment,
): Promise<Apart> {
  const side = { withRows: pass.withRows };
  const findings: Finding[] = [];
  /** Back to before, and forward again, so that what comes after can be rehearsed. */
  const leave = async (durations: Apart['durations'], applied: boolean): Promise<Apart> => {
    pass.leave({});
    if (!applied || errorsOf(findings).length > 0) {
      await pass.disconnect();
      await saved.takeBack();
      if (applied) await up(file, pass);
    }
    return { findings, durations, applied };
  };

  const first = await up(file, pass);
  if (first.failure !== undefined) {
    const { picture } = before;
    const depends =
      pass.withRows && picture !== undefined ? dependsOnRows(file, first.failure, picture) : undefined;
    findings.push(depends ?? failureFinding(file, 'up', first.failure, side));
    return leave({ up: 0 }, false);
  }
  const durations = { up: first.duration };
  const after = { picture: await pass.picture() };
  if (file.rollback === undefined) return leave(durations, true);

  const back = await down(file, pass);
  if (back.failure !== undefined) {
    findings.push(failureFinding(file, 'down', back.failure, side));
    return leave(durations, true);
  }
  const returned = { picture: await pass.picture(), rows: await pass.fingerprints() };
  findings.push(...rollbackFindings(file, before, returned, pass.withRows));
  // What a rollback leaves behind makes the second run fail or differ, which says nothing new.
  if (errorsOf(findings).length > 0) return leave({ ...durations, down: back.duration }, true);

  const again = await up(file, pass);
  if (again.failure !== undefined) {
    findings.push(failureFinding(file, 'again', again.failure, side));
  } else {
    const moved = findings.length > 0;
    const repeated = { picture: await pass.picture() };
    findings.push(...repetitionFindings(file, after, repeated, { ...side, moved }));
  }
  return leave({ ...durations, down: back.duration, again: again.duration }, true);
}

interface Ran {
  readonly duration: number;
  readonly failure?: StatementFailure | undefined;
}

async function up(file: MigrationFile, pass: Pass): Promise<Ran> {
  const { files } = pass.options;
  const upTo = files.slice(0, files.indexOf(file) + 1);
  return ran(await migrate(contextOf(pass, upTo), { allowOutOfOrder: true }), file);
}

async function down(file: MigrationFile, pass: Pass): Promise<Ran> {
  const consent = (): Promise<void> => Promise.resolve();
  return ran(
    await rollBack(contextOf(pass, pass.options.files), { count: 1, useFiles: true, consent }),
    file,
  );
}

function contextOf(pass: Pass, files: readonly MigrationFile[]): Context {
  return { ...pass.options.context, database: pass.options.database, files };
}

/** What became of one migration; throws what has nothing to do with it. */
function ran(report: TargetReport, file: MigrationFile): Ran {
  const outcome = report.outcomes.find(({ version }) => version === file.version);
  if (outcome?.status === 'done') return { duration: outcome.duration };
  if (outcome?.failure !== undefined) return { duration: 0, failure: outcome.failure };
  throw new StepFailedError(
    'rehearsal-failed',
    EXIT.migrationFailed,
    `${file.version} could not be rehearsed: ${report.error?.message ?? 'it did not run'}`,
    { hint: report.error?.hint },
  );
}

/** Runs a file without a transaction for its measures only; what fails here is judged when it runs for real. */
async function measureAlone(file: MigrationFile, pass: Pass, statements: MeasuredStatement[]): Promise<void> {
  const { database, tools, historySchema } = pass.options;
  const session = await pass.session();
  const helper = await database.connect('work');
  const observer = await database.connect('look');
  const { text } = file.script;
  try {
    for (const statement of splitStatements(text).statements) {
      const sql = statementText(text, statement);
      const leaveOut = [historySchema];
      const measured = await tools.meter.runAlone(sql, { session, helper, observer, leaveOut });
      statements.push({
        ordinal: statement.ordinal,
        line: positionAt(text, statement.start).line,
        text: firstWords(sql),
        ...measured,
      });
    }
  } catch (error) {
    if (!(error instanceof ServerError)) throw error;
  } finally {
    await helper.close();
    await observer.close();
  }
}
