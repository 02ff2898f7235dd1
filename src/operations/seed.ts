import { FindingsError, RefusedError, UsageError } from '../core/errors.ts';
import type { LmsDbError } from '../core/errors.ts';
import { errorsOf, EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import { reportedError } from '../core/report.ts';
import type { SeedOutcome, TargetReport } from '../core/report.ts';
import { REFERENCE, seedName } from '../core/seed.ts';
import type { SeedFile, SeedFiles, SeedRecord } from '../core/seed.ts';
import type { SeedTools } from '../core/seed-ports.ts';
import type { Target } from '../core/target.ts';
import { didYouMean } from '../core/suggestion.ts';
import type { Context } from './context.ts';
import { interruption } from './execution.ts';
import { isProtected, requireEnvironment, withSession } from './open.ts';
import { withRunLock } from './run-lock.ts';
import { runSeed } from './seed-run.ts';
import type { SeedRun, SeedStep } from './seed-step.ts';

/** What `seed` is asked for. */
export interface SeedRequest {
  /** Names of files, with or without set, number and extension; empty for all. */
  readonly only: readonly string[];
  /** Load also what has not changed. */
  readonly force: boolean;
  /** How many bad rows of one file are collected before it fails. */
  readonly maxErrors: number;
  /** Reads the seeds for an environment: which one counts is known only once the database has been asked. */
  readonly files: (environment: string) => SeedFiles;
}

/**
 * Loads the seeds in order, each in one transaction with its record. Throws FindingsError, UsageError,
 * RefusedError, LockNotObtainedError, ConnectionError before anything is run; what goes wrong later is in the
 * report, and what was loaded before it stays.
 */
export async function seed(context: Context, request: SeedRequest, tools: SeedTools): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'work', async ({ session, state, target }) => {
    requireEnvironment(context, state);
    const files = checkedFiles(context, target, request);
    const chosen = select(files.seeds, request, files.sets);
    const report = (
      seeds: readonly SeedOutcome[],
      findings: readonly Finding[],
      error?: LmsDbError,
    ): TargetReport => ({
      target,
      outcomes: [],
      seeds,
      findings,
      error: error === undefined ? undefined : reportedError(error),
      exitCode: error?.exitCode ?? EXIT.done,
      duration: context.clock.elapsed() - start,
    });
    if (chosen.length === 0) return report([], files.faults);
    return withRunLock(context, session, async (held) => {
      await context.tools.history.ensure(session);
      if (state.environment === undefined || context.environment.change) {
        await context.tools.history.setEnvironment(session, target.environment);
      }
      const records = await tools.records.read(session);
      const steps = await stepsOf(chosen, records, request, tools);
      context.emit({
        type: 'seeds-planned',
        load: steps.filter(({ reason }) => reason !== undefined).length,
        unchanged: steps.filter(({ reason }) => reason === undefined).length,
      });
      const run: SeedRun = {
        context,
        tools,
        run: held,
        seeds: files.seeds,
        maxErrors: request.maxErrors,
      };
      const { outcomes, error } = await runSteps(steps, run);
      return report(outcomes, [...files.faults, ...gone(files, records)], error);
    });
  });
}

/** The files without faults, or the errors that stop the run. */
function checkedFiles(context: Context, target: Target, request: SeedRequest): SeedFiles {
  const files = request.files(target.environment);
  const faults = errorsOf(files.faults);
  if (faults.length > 0) {
    const what = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    throw new FindingsError(`the seeds of ${target.project} have ${what}; nothing was run`, files.faults);
  }
  const own = files.seeds.filter(({ set }) => set !== REFERENCE);
  if (isProtected(context, target) && own.length > 0) {
    throw new RefusedError(
      `this database is "${target.environment}", which is protected: ${own.map(seedName).join(', ')} would not be reference data`,
      {
        hint: 'a protected environment gets reference seeds only: move what belongs there into reference; nothing was run',
      },
    );
  }
  return files;
}

function select(
  seeds: readonly SeedFile[],
  { only }: SeedRequest,
  sets: readonly string[],
): readonly SeedFile[] {
  if (only.length === 0) return seeds;
  const wanted = new Set<SeedFile>();
  for (const name of only) {
    const found = seeds.filter((file) => namesOf(file).includes(name));
    for (const file of found) wanted.add(file);
    if (found.length > 0) continue;
    const set = /^([^/]+)\//.exec(name)?.[1];
    if (set !== undefined && sets.includes(set) && !seeds.some((file) => file.set === set)) {
      throw new RefusedError(`${name} is for the environment "${set}", and this database is another one`, {
        hint: 'only reference seeds, and those of its own environment, go into a database; nothing was run',
      });
    }
    throw new UsageError(`there is no seed "${name}"`, {
      hint: seeds.length === 0 ? 'there are no seeds' : didYouMean(name, seeds.map(seedName)),
    });
  }
  return seeds.filter((file) => wanted.has(file));
}

/** `reference/010-roles.csv`, `010-roles.csv`, `010-roles` and `roles` are one file. */
function namesOf(file: SeedFile): readonly string[] {
  const stem = file.fileName.replace(/\.[a-z]+$/, '');
  return [seedName(file), file.path, file.fileName, stem, stem.replace(/^\d+[-_]/, '')];
}

async function stepsOf(
  seeds: readonly SeedFile[],
  records: readonly SeedRecord[],
  request: SeedRequest,
  tools: SeedTools,
): Promise<readonly SeedStep[]> {
  const steps: SeedStep[] = [];
  for (const file of seeds) {
    const record = records.find(({ set, fileName }) => set === file.set && fileName === file.fileName);
    // What was never loaded is hashed on its way into the database.
    if (record === undefined) steps.push({ seed: file, reason: 'new' });
    else if (request.force) steps.push({ seed: file, record, reason: 'forced' });
    else {
      const changed = (await tools.reader.checksum(file)) !== record.checksum;
      steps.push({
        seed: file,
        record,
        reason: changed ? 'changed' : record.stale ? 'rolled-back' : undefined,
      });
    }
  }
  return steps;
}

async function runSteps(
  steps: readonly SeedStep[],
  run: SeedRun,
): Promise<{ readonly outcomes: readonly SeedOutcome[]; readonly error?: LmsDbError | undefined }> {
  const { emit, signal } = run.context;
  const outcomes: SeedOutcome[] = [];
  let error: LmsDbError | undefined;
  for (const step of steps) {
    if (error === undefined && signal.aborted) error = interruption(signal);
    const result =
      error === undefined ? await runSeed(step, run) : { outcome: outcomeOf(step, 'not-run'), error };
    error = result.error;
    outcomes.push(result.outcome);
    emit({ type: 'seed-outcome', outcome: result.outcome });
  }
  return { outcomes, error };
}

function outcomeOf({ seed: file, reason }: SeedStep, status: SeedOutcome['status']): SeedOutcome {
  const { set, fileName, path, format } = file;
  return { set, fileName, path, format, status, reason, duration: 0 };
}

/** What was loaded once, and whose file is gone: its rows are still there. */
function gone(files: SeedFiles, records: readonly SeedRecord[]): readonly Finding[] {
  return records
    .filter(
      (record) =>
        files.seeds.some(({ set }) => set === record.set) &&
        !files.seeds.some(({ set, fileName }) => set === record.set && fileName === record.fileName),
    )
    .map((record) => ({
      code: 'seed-gone',
      severity: 'notice',
      exitCode: EXIT.done,
      message: `${seedName(record)} was loaded on ${record.loadedAt.toISOString().slice(0, 10)}, and its file is gone; its rows remain`,
    }));
}
