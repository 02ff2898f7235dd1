import { ConnectionError, InterruptedError, ServerError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { ExitCode } from '../core/finding.ts';
import type { Step } from '../core/plan.ts';
import type { Holder } from '../core/activity.ts';
import type { CheckResult, StatementFailure } from '../core/report.ts';
import { delayBeforeAttempt, lockTimeoutOfAttempt } from '../core/settings.ts';
import { happenedAfterLoss, interruptedStep, lossOf, recordEvent } from './aftermath.ts';
import { runCheck } from './checks.ts';
import { doneOutcome, failedOutcome, interruption, StepFailedError } from './execution.ts';
import type { Execution, StepResult } from './execution.ts';
import { heldBy, isBlocked, isOvertaken, statementFailure, timeoutHint } from './failure.ts';
import type { SentScript } from './failure.ts';
import { unwatched, watched } from './watch.ts';

/** The text of one transaction, and where the user's part lies in it. */
export interface TransactionText {
  /** BEGIN, settings, claim, the user's text. */
  readonly opening: string;
  /** Deferred constraints, and the role that connected: before the guards look. */
  readonly settled: string;
  /** The same again, history, event, COMMIT. */
  readonly closing: string;
  readonly sent: SentScript;
  /** The lock_timeout in it, milliseconds. */
  readonly lockTimeout: number;
}

/**
 * Puts a step into the frame of its transaction. The settings are local to it, so that they cannot
 * leak into another client behind a pooler. Deferred constraints are checked before the guards look and
 * before COMMIT, where their errors would come too late to have a place. `waitsForDisk` is false for a
 * transaction in a message whose last COMMIT waits for all of them.
 */
export function transactionText(
  step: Step,
  execution: Execution,
  attempt: number,
  waitsForDisk = true,
): TransactionText {
  const { settings, history } = execution;
  const frame = history.frame(step);
  const lockTimeout = lockTimeoutOfAttempt(
    step.directives.lockTimeout ?? settings.lockTimeout,
    attempt,
    settings.lockAttempts,
  );
  const statementTimeout = step.directives.statementTimeout ?? settings.statementTimeout;
  const begin =
    'begin isolation level read committed, read write;\n' +
    `select pg_catalog.set_config('lms_db.started', pg_catalog.clock_timestamp()::text, true), ` +
    `pg_catalog.set_config('lock_timeout', '${lockTimeout}', true), ` +
    `pg_catalog.set_config('statement_timeout', '${statementTimeout}', true), ` +
    `pg_catalog.set_config('idle_in_transaction_session_timeout', '${settings.idleInTransactionTimeout}', true)` +
    (waitsForDisk ? ';\n' : `, pg_catalog.set_config('synchronous_commit', 'off', true);\n`) +
    frame.opening;
  // A file may have changed the role it runs as. The history is written by the one that connected, and
  // guards look with its eyes: row level security would hide offenders from another one.
  const role = /\b(role|authorization)\b/i.test(step.script.text)
    ? 'reset session authorization; reset role;\n'
    : '';
  const settled = `set constraints all immediate;\n${role}`;
  return {
    opening: `${begin}${step.script.text}\n;\n`,
    settled,
    closing: `${settled}${frame.closing}commit;\n`,
    sent: { script: step.script, offset: begin.length, lead: 3 },
    lockTimeout,
  };
}

/** Runs one step in one transaction; tries again, the whole of it, while a lock is not to be had. */
export async function runInTransaction(step: Step, execution: Execution): Promise<StepResult> {
  const { clock, emit, settings, signal } = execution;
  const attempts = settings.lockAttempts;
  for (let attempt = 1; ; attempt += 1) {
    emit({ type: 'step-started', step, attempt, attempts });
    const start = clock.elapsed();
    const result = await attemptTransaction(step, execution, attempt);
    if (result.kind === 'done') {
      return { kind: 'done', outcome: doneOutcome(step, clock.elapsed() - start, attempt, result.checks) };
    }
    if (result.kind === 'overtaken') return result;
    if (result.kind === 'blocked' && attempt < attempts && !signal.aborted) {
      // Nothing is held while sleeping: the transaction was rolled back.
      const delay = delayBeforeAttempt(attempt, clock.random());
      emit({ type: 'retrying', step, attempt: attempt + 1, attempts, delay, blockers: result.blockers });
      const slept = await clock.sleep(delay, signal).then(
        () => true,
        () => false,
      );
      if (slept) continue;
    }
    return stopped(step, execution, attempt, result);
  }
}

type Attempt =
  | { readonly kind: 'done'; readonly checks: readonly CheckResult[] }
  | { readonly kind: 'overtaken' }
  | {
      readonly kind: 'blocked' | 'failed' | 'guard-failed';
      readonly failure: StatementFailure;
      readonly blockers: readonly Holder[];
      readonly cause: unknown;
      readonly checks: readonly CheckResult[];
    };

async function attemptTransaction(step: Step, execution: Execution, attempt: number): Promise<Attempt> {
  const { session, observer, clock, signal, emit } = execution;
  const text = transactionText(step, execution, attempt);
  const checks: CheckResult[] = [];
  let { sent } = text;
  const watch = {
    observer,
    clock,
    session,
    signal,
    lockTimeout: text.lockTimeout,
    onBlocked: (blockers: readonly Holder[], waited: number) =>
      emit({ type: 'blocked', step, blockers, waited }),
  };
  try {
    if (step.guard === undefined || step.guard.checks.length === 0) {
      await watched(session.script(text.opening + text.closing), watch);
    } else {
      await watched(session.script(text.opening + text.settled), watch);
      for (const check of step.guard.checks) {
        sent = {
          script: step.guard,
          offset: 0,
          lead: 0,
          fileOffset: Math.max(0, step.guard.text.indexOf(check.sql)),
        };
        const result = await watched(runCheck(session, check), watch);
        checks.push(result);
        if (!result.passed && result.severity === 'error')
          return await guardFailed(step, execution, checks, result);
        if (signal.aborted) throw interruption(signal);
      }
      sent = text.sent;
      await watched(session.script(text.closing), watch);
    }
    return { kind: 'done', checks };
  } catch (error) {
    return await afterError(step, execution, sent, error, checks);
  }
}

async function guardFailed(
  step: Step,
  execution: Execution,
  checks: readonly CheckResult[],
  failed: CheckResult,
): Promise<Attempt> {
  await rollBack(execution);
  return {
    kind: 'guard-failed',
    blockers: [],
    checks,
    cause: undefined,
    failure: {
      message: `guard "${failed.name}": ${failed.got}`,
      place: failed.place,
      remains: `rolled back: nothing of ${step.version} remains.`,
      next: 'correct the migration, or the rows that the guard names, and run `lms-db up` again',
    },
  };
}

async function afterError(
  step: Step,
  execution: Execution,
  sent: SentScript,
  thrown: unknown,
  checks: readonly CheckResult[],
): Promise<Attempt> {
  const { error, blockers } = unwatched(thrown);
  await rollBack(execution);
  if (error instanceof ServerError) {
    if (isOvertaken(error)) return { kind: 'overtaken' };
    const blocked = isBlocked(error);
    const failure = statementFailure(error, sent, {
      remains: `rolled back: nothing of ${step.direction === 'up' ? 'this migration' : 'this rollback'} remains.`,
      next: nextStep(step, error),
      blockers: blocked ? blockers : undefined,
    });
    return { kind: blocked ? 'blocked' : 'failed', failure, blockers, cause: error, checks };
  }
  if (error instanceof InterruptedError) {
    const failure = { message: error.message, remains: 'rolled back', next: '' };
    return { kind: 'failed', failure, blockers, cause: error, checks };
  }
  if (error instanceof ConnectionError) {
    const happened = await happenedAfterLoss([step], execution);
    if (happened?.has(step.version) === true) return { kind: 'done', checks };
    const failure = lossOf(step, error, happened !== undefined);
    return { kind: 'failed', failure, blockers, cause: error, checks };
  }
  throw error;
}

function nextStep(step: Step, error: ServerError): string {
  const again = step.direction === 'up' ? '`lms-db up`' : '`lms-db down`';
  if (isBlocked(error)) return `end the blocking transactions or wait for them, then run ${again} again`;
  const timeout = timeoutHint(error, again);
  if (timeout !== undefined) return timeout;
  if (step.source === 'history') {
    return `correct the cause and run ${again} again, or correct the rollback's file and use \`lms-db down --use-files\``;
  }
  return `correct the file and run ${again} again`;
}

async function rollBack({ session }: Execution): Promise<void> {
  if (!session.closed) await session.script('rollback').catch(() => undefined);
}

async function stopped(
  step: Step,
  execution: Execution,
  attempt: number,
  result: Exclude<Attempt, { kind: 'done' | 'overtaken' }>,
): Promise<StepResult> {
  if (execution.signal.aborted) return interruptedStep(step, execution, attempt);
  const { failure, checks, cause } = result;
  const { direction, version, name } = step;
  const told = failure.message + heldBy(result.blockers);
  await recordEvent(
    { kind: 'failed', direction, version, name, sqlstate: failure.sqlstate, message: told },
    execution,
  );
  const outcome = failedOutcome(step, 'failed', attempt, failure, checks);
  if (cause instanceof ConnectionError) return { kind: 'stopped', outcome, error: cause };
  const what = direction === 'up' ? 'migration' : 'rollback';
  const [code, exitCode, message]: [string, ExitCode, string] =
    result.kind === 'guard-failed'
      ? ['guard-failed', EXIT.checkFailed, `a guard of ${version} ${name} failed: ${failure.message}`]
      : result.kind === 'blocked'
        ? [
            'lock-not-obtained',
            EXIT.lockNotObtained,
            `${what} ${version} ${name} did not get its locks in ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}: ${told}`,
          ]
        : [`${what}-failed`, EXIT.migrationFailed, `${what} ${version} ${name} failed: ${failure.message}`];
  return {
    kind: 'stopped',
    outcome,
    error: new StepFailedError(code, exitCode, message, { hint: failure.next, cause }),
  };
}
