import type { Holder } from '../core/activity.ts';
import { ConnectionError, InterruptedError, LmsDbError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { Session } from '../core/ports.ts';
import { seedName } from '../core/seed.ts';
import type { SeedCounts, SeedFile } from '../core/seed.ts';
import type { SeedSource } from '../core/seed-ports.ts';
import { delayBeforeAttempt, lockTimeoutOfAttempt } from '../core/settings.ts';
import type { Context } from './context.ts';
import { interruption, StepFailedError } from './execution.ts';
import { isBlocked } from './failure.ts';
import type { SeedResult, SeedRun, SeedStep } from './seed-step.ts';
import { failureOf } from './seed-failure.ts';
import type { SeedFailure } from './seed-failure.ts';
import { withProgress } from './seed-progress.ts';
import { unwatched, watched } from './watch.ts';

/** Loads one seed in one transaction; tries again, the whole of it, while a lock is not to be had. */
export async function runSeed(step: SeedStep, run: SeedRun): Promise<SeedResult> {
  const { seed, reason } = step;
  const { set, fileName, path, format } = seed;
  const { clock, emit, settings, signal } = run.context;
  const facts = { set, fileName, path, format, reason };
  if (reason === undefined) return { outcome: { ...facts, status: 'unchanged', duration: 0 } };
  const { session, lockHeld } = run.run;
  if (!(await lockHeld())) {
    const hint = 'run the command again: what is loaded is recorded';
    const error = new ConnectionError(
      'the connection that holds the run lock was lost, so another run may have started',
      { hint },
    );
    return { outcome: { ...facts, status: 'not-run', duration: 0 }, error };
  }
  const start = clock.elapsed();
  emit({ type: 'seed-started', name: seedName(seed) });
  for (let attempt = 1; ; attempt += 1) {
    try {
      const counts = await transact(step, run, attempt);
      const duration = clock.elapsed() - start;
      if (counts === 'overtaken')
        return { outcome: { ...facts, reason: undefined, status: 'unchanged', duration } };
      return { outcome: { ...facts, status: 'loaded', counts, duration } };
    } catch (thrown) {
      const { error, blockers } = unwatched(thrown);
      await rollBack(session);
      if (isBlocked(error) && attempt < settings.lockAttempts && !signal.aborted) {
        const delay = delayBeforeAttempt(attempt, clock.random());
        emit({
          type: 'note',
          message: `${seedName(seed)}: no lock; rolled back, attempt ${attempt + 1} of ${settings.lockAttempts} in ${delay} ms`,
        });
        const slept = await clock.sleep(delay, signal).then(
          () => true,
          () => false,
        );
        if (slept) continue;
      }
      const duration = clock.elapsed() - start;
      if (signal.aborted || error instanceof InterruptedError) {
        await record(run, seed, 'interrupted');
        return { outcome: { ...facts, status: 'undone', duration }, error: interruption(signal) };
      }
      const failed = await failureOf(error, seed, run, blockers);
      await record(run, seed, 'failed', failed);
      const { failure, badRows } = failed;
      return {
        outcome: { ...facts, status: 'failed', duration: clock.elapsed() - start, failure, badRows },
        error: stopping(error, seed, failed),
      };
    } finally {
      // Whatever the seed left in the session (SET, temporary tables, locks) ends with it.
      if (!session.closed) await session.reset();
    }
  }
}

async function transact(step: SeedStep, run: SeedRun, attempt: number): Promise<SeedCounts | 'overtaken'> {
  const { seed } = step;
  const { tools } = run;
  const { session, observer } = run.run;
  const { context } = run;
  const { clock, emit, signal } = context;
  const watch = {
    observer,
    clock,
    session,
    signal,
    onBlocked: (blockers: readonly Holder[], waited: number) =>
      emit({ type: 'seed-blocked', name: seedName(seed), blockers, waited }),
  };
  const start = clock.elapsed();
  const work = async (): Promise<SeedCounts | 'overtaken'> => {
    await session.script(openingOf(seed, context, attempt));
    const now = await tools.records.claim(session, seed);
    if (now?.checksum !== step.record?.checksum && now?.stale === false && step.reason !== 'forced') {
      // A run that was killed committed it after this one had read the history.
      const checksum = await tools.reader.checksum(seed);
      if (now.checksum === checksum) {
        await session.script('rollback');
        return 'overtaken';
      }
    }
    const { counts, checksum } = await load(seed, run);
    // Deferred constraints speak here, where their error still has a file.
    await session.script('set constraints all immediate; reset session authorization; reset role');
    await tools.records.write(session, seed, { checksum, counts, duration: clock.elapsed() - start });
    if (signal.aborted) throw interruption(signal);
    await session.script('commit');
    return counts;
  };
  return watched(work(), watch);
}

/** Settings are local to the transaction, so that they cannot leak into another client behind a pooler. */
function openingOf(seed: SeedFile, { settings }: Context, attempt: number): string {
  const lockTimeout = lockTimeoutOfAttempt(
    (seed.format === 'sql' ? seed.lockTimeout : undefined) ?? settings.lockTimeout,
    attempt,
    settings.lockAttempts,
  );
  // How long rows take is a matter of the file's size, which is shown as it goes.
  const isData = seed.format === 'csv' || seed.format === 'ndjson';
  const statementTimeout = isData
    ? 0
    : ((seed.format === 'sql' ? seed.statementTimeout : undefined) ?? settings.statementTimeout);
  return (
    'begin isolation level read committed, read write;\n' +
    `select pg_catalog.set_config('lms_db.seed', '1', true), ` +
    `pg_catalog.set_config('lock_timeout', '${lockTimeout}', true), ` +
    `pg_catalog.set_config('statement_timeout', '${statementTimeout}', true), ` +
    `pg_catalog.set_config('idle_in_transaction_session_timeout', '${settings.idleInTransactionTimeout}', true);\n`
  );
}

async function load(
  seed: SeedFile,
  run: SeedRun,
): Promise<{ readonly counts: SeedCounts; readonly checksum: string }> {
  const { tools, context } = run;
  const { session } = run.run;
  switch (seed.format) {
    case 'sql': {
      // With its deferred constraints, so that an error behind the last statement is told from one in it.
      const { tags } = await session.script(`${seed.script.text}\n;\nset constraints all immediate`);
      return { counts: countsOf(tags), checksum: seed.script.checksum };
    }
    case 'csv':
    case 'ndjson': {
      const source = tools.reader.source(seed);
      const loading = tools.loader.load(session, seed, source, context.signal);
      const counts = await withProgress(loading, seed, source, run);
      return { counts, checksum: finished(source) };
    }
    case 'ts':
    case 'js': {
      const checksum = await tools.reader.checksum(seed);
      const counts = await tools.programs.run(session, await tools.reader.program(seed), context.signal);
      await requireTransaction(session);
      return { counts, checksum };
    }
  }
}

/** The hash of all bytes; a load that did not read them all must not pass for one that did. */
function finished(source: SeedSource): string {
  if (source.checksum === undefined) throw new Error('the file was not read to its end');
  return source.checksum;
}

/** A program that ended the transaction by some way around its driver would leave rows without a record. */
async function requireTransaction(session: Session): Promise<void> {
  const [row] = await session.query<{ seed: string | null }>(
    `select pg_catalog.current_setting('lms_db.seed', true) as seed`,
  );
  if (row?.seed !== '1') throw new Error('the seed ended the transaction that it runs in');
}

/** Sums the tags of INSERT, UPDATE, MERGE and DELETE. */
function countsOf(tags: readonly string[]): SeedCounts {
  const sum = (word: RegExp): number =>
    tags
      .filter((tag) => word.test(tag))
      .reduce((total, tag) => total + Number(/\d+$/.exec(tag)?.[0] ?? '0'), 0);
  return { inserted: sum(/^INSERT /), updated: sum(/^(?:UPDATE|MERGE) /), deleted: sum(/^DELETE /) };
}

function stopping(error: unknown, seed: SeedFile, { failure }: SeedFailure): LmsDbError {
  if (error instanceof LmsDbError) return error;
  const [code, exitCode] = isBlocked(error)
    ? (['lock-not-obtained', EXIT.lockNotObtained] as const)
    : (['seed-failed', EXIT.migrationFailed] as const);
  return new StepFailedError(code, exitCode, `seed ${seedName(seed)} failed: ${failure.message}`, {
    hint: failure.next,
    cause: error,
  });
}

async function rollBack(session: Session): Promise<void> {
  if (!session.closed) await session.script('rollback').catch(() => undefined);
}

async function record(
  { context, run }: SeedRun,
  seed: SeedFile,
  kind: 'failed' | 'interrupted',
  failed?: SeedFailure,
): Promise<void> {
  const { session } = run;
  if (session.closed) return;
  const { sqlstate, message } = failed?.failure ?? {};
  await context.tools.history
    .record(session, { kind, name: seedName(seed), sqlstate, message })
    .catch(() => undefined);
}
