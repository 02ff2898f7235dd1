import { tokenChecksumOf } from '../core/checksum.ts';
import { ConnectionError, ServerError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { StatementRecord } from '../core/history.ts';
import { placeAt } from '../core/place.ts';
import type { Step } from '../core/plan.ts';
import type { Holder } from '../core/activity.ts';
import type { StatementFailure } from '../core/report.ts';
import { delayBeforeAttempt, lockTimeoutOfAttempt } from '../core/settings.ts';
import { kindOf } from '../core/statement-kind.ts';
import type { StatementKind } from '../core/statement-kind.ts';
import { splitStatements, statementText } from '../core/statements.ts';
import { doneOutcome, failedOutcome, interruption, StepFailedError } from './execution.ts';
import type { Execution, StepResult } from './execution.ts';
import { snippetAt, statementFailure } from './failure.ts';
import type { SentScript } from './failure.ts';
import { proveStatement, reconcileStatement, StatementStateError } from './statement-state.ts';
import { watched, WatchedError } from './watch.ts';

interface FileStatement {
  readonly ordinal: number;
  readonly text: string;
  /** UTF-16 offset in its file. */
  readonly offset: number;
  readonly checksum: string;
  readonly kind: StatementKind;
}

/** The statements of a step's file with what the runner must know of each. */
export function statementsOf(step: Step): readonly FileStatement[] {
  const { text } = step.script;
  return splitStatements(text).statements.map((statement) => {
    const alone = statementText(text, statement);
    return {
      ordinal: statement.ordinal,
      text: alone,
      offset: statement.start,
      checksum: tokenChecksumOf(alone),
      kind: kindOf(text, statement),
    };
  });
}

/**
 * Runs a file whose statements PostgreSQL refuses inside a transaction: one at a time, each recorded as
 * started and done, so that a run that was killed goes on at the right one. A statement that may run
 * in a transaction gets one, together with its record: it happens exactly once.
 */
export async function runWithoutTransaction(step: Step, execution: Execution): Promise<StepResult> {
  const { session, history, clock, emit, signal, settings } = execution;
  const { direction, version, name } = step;
  const start = clock.elapsed();
  const statements = statementsOf(step);
  const state = await history.read(session);
  const recorded = state.applied.some((migration) => migration.version === version);
  if (recorded === (direction === 'up')) return { kind: 'overtaken' };
  const records = new Map(
    state.statements
      .filter((record) => record.version === version && record.direction === direction)
      .map((record) => [record.ordinal, record]),
  );
  emit({ type: 'step-started', step, attempt: 1, attempts: 1 });

  const stop = async (failure: StatementFailure, ordinal: number, cause: unknown): Promise<StepResult> => {
    const kind = signal.aborted ? 'interrupted' : 'failed';
    if (!session.closed) {
      await session.script('rollback').catch(() => undefined);
      await history
        .record(session, {
          kind,
          direction,
          version,
          name,
          sqlstate: failure.sqlstate,
          message: failure.message,
        })
        .catch(() => undefined);
    }
    if (signal.aborted) {
      return {
        kind: 'stopped',
        outcome: failedOutcome(step, 'undone', 1, failure),
        error: interruption(signal),
      };
    }
    const outcome = failedOutcome(step, 'failed', 1, failure);
    if (cause instanceof ConnectionError) return { kind: 'stopped', outcome, error: cause };
    const blocked = failure.sqlstate === '55P03' || failure.sqlstate === '40P01';
    const what = direction === 'up' ? 'migration' : 'rollback';
    const error = new StepFailedError(
      blocked ? 'lock-not-obtained' : `${what}-failed`,
      blocked ? EXIT.lockNotObtained : EXIT.migrationFailed,
      `${what} ${version} ${name} failed at statement ${ordinal} of ${statements.length}: ${failure.message}`,
      { hint: failure.next, cause },
    );
    return { kind: 'stopped', outcome, error };
  };

  const edited = editedStatement(step, statements, records);
  if (edited !== undefined) return stop(edited.failure, edited.ordinal, undefined);

  for (const statement of statements) {
    const before = records.get(statement.ordinal);
    const done = before?.state === 'done' && statement.kind.sessionEffects !== true;
    emit({
      type: 'statement',
      step,
      ordinal: statement.ordinal,
      count: statements.length,
      text: statement.text,
      skipped: done,
    });
    if (done) continue;
    if (signal.aborted) {
      return stop(interruptedAt(statement, statements.length), statement.ordinal, undefined);
    }
    try {
      await runStatement(step, statement, before?.state === 'started', execution);
    } catch (thrown) {
      const blockers = thrown instanceof WatchedError ? thrown.blockers : [];
      const error = thrown instanceof WatchedError ? thrown.cause : thrown;
      if (!(
        error instanceof ServerError ||
        error instanceof ConnectionError ||
        error instanceof StatementStateError
      )) {
        throw error;
      }
      return stop(failureOf(step, statement, statements.length, error, blockers), statement.ordinal, error);
    }
  }

  const frame = history.frame(step);
  const started = `select pg_catalog.set_config('lms_db.started', (pg_catalog.clock_timestamp() - interval '${Math.round(
    clock.elapsed() - start,
  )} milliseconds')::text, true);\n`;
  try {
    await session.script(
      `begin;\n${started}set local lock_timeout = '${settings.lockTimeout}ms';\n${frame.opening}${frame.closing}${history.forgetStatementsSql(version, direction)}commit;\n`,
    );
  } catch (error) {
    if (error instanceof ServerError && /^LM00[12]$/.test(error.facts.sqlstate)) {
      await session.script('rollback');
      return { kind: 'overtaken' };
    }
    const failure = {
      message: error instanceof Error ? error.message : String(error),
      remains: `every statement of ${version} is done, but the history row is not written`,
      next: 'run the command again: it writes the row',
    };
    return stop(failure, statements.length, error);
  }
  return { kind: 'done', outcome: doneOutcome(step, clock.elapsed() - start, 1, []) };
}

async function runStatement(
  step: Step,
  statement: FileStatement,
  interrupted: boolean,
  execution: Execution,
): Promise<void> {
  const { session, history } = execution;
  const { version, direction } = step;
  const record = (state: StatementRecord['state']): string =>
    history.statementSql({
      version,
      direction,
      ordinal: statement.ordinal,
      checksum: statement.checksum,
      state,
    });
  if (!needsNoTransaction(statement.kind)) {
    await runAtOnce(step, statement, record('done'), execution);
    return;
  }
  const settled = await reconcileStatement(statement.kind, interrupted, step, execution);
  if (settled === 'run') {
    await session.script(record('started'));
    await configure(step, statement.kind, execution);
    await sendAlone(step, statement.text, execution);
  }
  await proveStatement(statement.kind, execution);
  await session.script(record('done'));
}

/** True for what PostgreSQL refuses in a transaction block, and for CALL and DO, which may COMMIT. */
function needsNoTransaction(kind: StatementKind): boolean {
  return kind.nonTransactional !== undefined || kind.mayCommit;
}

/** A statement and its record in one transaction, with the retry ladder of a transactional file. */
async function runAtOnce(
  step: Step,
  statement: FileStatement,
  record: string,
  execution: Execution,
): Promise<void> {
  const { session, settings, clock, signal, emit } = execution;
  const attempts = settings.lockAttempts;
  for (let attempt = 1; ; attempt += 1) {
    const lockTimeout = lockTimeoutOfAttempt(
      step.directives.lockTimeout ?? settings.lockTimeout,
      attempt,
      attempts,
    );
    const statementTimeout = step.directives.statementTimeout ?? settings.statementTimeout;
    const lead = `begin; set local lock_timeout = '${lockTimeout}ms'; set local statement_timeout = '${statementTimeout}ms'; `;
    try {
      await sendAlone(step, `${lead}${statement.text}\n; ${record}commit;`, execution);
      return;
    } catch (thrown) {
      const error = thrown instanceof WatchedError ? thrown.cause : thrown;
      if (!session.closed) await session.script('rollback');
      const blocked = error instanceof ServerError && ['55P03', '40P01'].includes(error.facts.sqlstate);
      if (!blocked || attempt >= attempts || signal.aborted) {
        throw thrown instanceof WatchedError
          ? new WatchedError(shifted(thrown.cause, lead.length), thrown.blockers)
          : thrown;
      }
      const delay = delayBeforeAttempt(attempt, clock.random());
      const blockers = thrown instanceof WatchedError ? thrown.blockers : [];
      emit({ type: 'retrying', step, attempt: attempt + 1, attempts, delay, blockers });
      await clock.sleep(delay, signal).catch(() => undefined);
    }
  }
}

/** The same error with its offset counted from the statement. */
function shifted(error: unknown, by: number): unknown {
  if (!(error instanceof ServerError) || error.facts.offset === undefined) return error;
  return new ServerError({ ...error.facts, offset: error.facts.offset - by }, error.cause);
}

/**
 * CONCURRENTLY waits for every old snapshot of the database and blocks nobody while it does: a short
 * lock_timeout would only leave an invalid index behind. The file may set its own.
 */
async function configure(step: Step, kind: StatementKind, { session, settings }: Execution): Promise<void> {
  const patient = kind.nonTransactional !== undefined;
  const lockTimeout = step.directives.lockTimeout ?? (patient ? 0 : settings.lockTimeout);
  const statementTimeout = step.directives.statementTimeout ?? (patient ? 0 : settings.statementTimeout);
  await session.script(`set lock_timeout = '${lockTimeout}ms'`);
  await session.script(`set statement_timeout = '${statementTimeout}ms'`);
}

async function sendAlone(step: Step, text: string, execution: Execution): Promise<void> {
  const { session, observer, clock, signal, emit } = execution;
  await watched(session.script(text), {
    observer,
    clock,
    pid: session.pid,
    signal,
    onBlocked: (blockers, waited) => emit({ type: 'blocked', step, blockers, waited }),
    onProgress: (progress) => emit({ type: 'index-progress', step, progress }),
  });
}

function failureOf(
  step: Step,
  statement: FileStatement,
  count: number,
  error: Error,
  blockers: readonly Holder[],
): StatementFailure {
  const { script } = step;
  const remains =
    statement.ordinal === 1
      ? 'nothing of this file is recorded as done.'
      : `statements 1 to ${statement.ordinal - 1} of ${count} are done and recorded; they do not run again.`;
  const again = step.direction === 'up' ? '`lms-db up`' : '`lms-db down`';
  const next =
    error instanceof StatementStateError
      ? error.next
      : `correct the cause, or this statement and those after it, and run ${again} again: it goes on at statement ${statement.ordinal}`;
  if (error instanceof ServerError) {
    const sent: SentScript = { script, offset: 0, lead: 0, fileOffset: statement.offset };
    return statementFailure(error, sent, {
      remains,
      next,
      blockers: blockers.length > 0 ? blockers : undefined,
    });
  }
  const place = placeAt(script.path, script.text, statement.offset);
  return { message: error.message, place, snippet: snippetAt(script, place), remains, next };
}

function interruptedAt(statement: FileStatement, count: number): StatementFailure {
  return {
    message: `interrupted before statement ${statement.ordinal} of ${count}`,
    remains: `${statement.ordinal - 1} of ${count} statements are done and recorded.`,
    next: 'run the command again: it goes on from there',
  };
}

/** A statement that already ran must still be what it was. */
function editedStatement(
  step: Step,
  statements: readonly FileStatement[],
  records: ReadonlyMap<number, StatementRecord>,
): { readonly failure: StatementFailure; readonly ordinal: number } | undefined {
  for (const record of records.values()) {
    if (record.state !== 'done') continue;
    const statement = statements.find((candidate) => candidate.ordinal === record.ordinal);
    if (statement?.checksum === record.checksum) continue;
    const place =
      statement === undefined ? undefined : placeAt(step.script.path, step.script.text, statement.offset);
    return {
      ordinal: record.ordinal,
      failure: {
        message: `statement ${record.ordinal} of ${step.script.path} was changed after it ran`,
        place,
        snippet: place === undefined ? undefined : snippetAt(step.script, place),
        remains: 'nothing ran now; the statements before the interruption stay as they are.',
        next: 'give the statements that ran back their text; correct only the ones after them',
      },
    };
  }
  return undefined;
}
