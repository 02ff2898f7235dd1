import { ConnectionError, InterruptedError, ServerError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { ExitCode } from '../core/finding.ts';
import type { Step } from '../core/plan.ts';
import type { Holder } from '../core/activity.ts';
import type { CheckResult, StatementFailure } from '../core/report.ts';
import { delayBeforeAttempt, lockTimeoutOfAttempt } from '../core/settings.ts';
import { runCheck } from './checks.ts';
import { doneOutcome, failedOutcome, interruption, StepFailedError } from './execution.ts';
import type { Execution, StepResult } from './execution.ts';
import { statementFailure } from './failure.ts';
import type { SentScript } from './failure.ts';
import { watched, WatchedError } from './watch.ts';

/** The text of one transaction, and where the user's part lies in it. */
export interface TransactionText {
  /** BEGIN, settings, claim, the user's text. */
  readonly opening: string;
  /** History, event, COMMIT. */
  readonly closing: string;
  readonly sent: SentScript;
}

/**
 * Puts a step into the frame of its transaction. The settings are local to it, so that they cannot
 * leak into another client behind a pooler. Deferred constraints are checked before the guards look and
 * before COMMIT, where their errors would come too late to have a place.
 */
export function transactionText(step: Step, execution: Execution, attempt: number): TransactionText {
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
    `pg_catalog.set_config('idle_in_transaction_session_timeout', '${settings.idleInTransactionTimeout}', true);\n` +
    frame.opening;
  // A file may have changed the role it runs as; the history is written by the one that connected.
  const role = /\b(role|authorization)\b/i.test(step.script.text)
    ? 'reset session authorization; reset role;\n'
    : '';
  return {
    opening: `${begin}${step.script.text}\n;\n`,
    closing: `set constraints all immediate;\n${role}${frame.closing}commit;\n`,
    sent: { script: step.script, offset: begin.length, lead: 3 },
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
    pid: session.pid,
    signal,
    onBlocked: (blockers: readonly Holder[], waited: number) =>
      emit({ type: 'blocked', step, blockers, waited }),
  };
  try {
    if (step.guard === undefined || step.guard.checks.length === 0) {
      await watched(session.script(text.opening + text.closing), watch);
    } else {
      await watched(session.script(`${text.opening}set constraints all immediate;\n`), watch);
      for (const check of step.guard.checks) {
        sent = {
          script: step.guard,
          offset: 0,
          lead: 0,
          fileOffset: Math.max(0, step.guard.text.indexOf(check.sql)),
        };
        const { result } = await watched(runCheck(session, check), watch);
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
  const blockers = thrown instanceof WatchedError ? thrown.blockers : [];
  const error = thrown instanceof WatchedError ? thrown.cause : thrown;
  await rollBack(execution);
  if (error instanceof ServerError) {
    const { sqlstate } = error.facts;
    // Raised by our own claim: another run recorded this version while this one was on its way.
    if (sqlstate === 'LM001' || sqlstate === 'LM002') return { kind: 'overtaken' };
    // 55P03 lock_not_available (lock_timeout), 40P01 deadlock_detected
    const blocked = sqlstate === '55P03' || sqlstate === '40P01';
    const failure = statementFailure(error, sent, {
      remains: `rolled back: nothing of ${step.direction === 'up' ? 'this migration' : 'this rollback'} remains.`,
      next: nextStep(step, sqlstate),
      blockers: blocked ? blockers : undefined,
    });
    return { kind: blocked ? 'blocked' : 'failed', failure, blockers, cause: error, checks };
  }
  if (error instanceof InterruptedError) {
    const failure = { message: error.message, remains: 'rolled back', next: '' };
    return { kind: 'failed', failure, blockers, cause: error, checks };
  }
  if (error instanceof ConnectionError) {
    const failure = {
      message: error.message,
      remains: `the server rolls back ${step.version}, unless its COMMIT had already arrived; either way migration and record agree.`,
      next: 'run the command again: it goes on from what is recorded',
    };
    return { kind: 'failed', failure, blockers, cause: error, checks };
  }
  throw error;
}

function nextStep(step: Step, sqlstate: string): string {
  const again = step.direction === 'up' ? '`lms-db up`' : '`lms-db down`';
  if (sqlstate === '55P03') return `end the blocking transactions or wait for them, then run ${again} again`;
  if (sqlstate === '57014') {
    return `raise the limit with \`-- @statement-timeout\` in the file, or split the work, and run ${again} again`;
  }
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
  const { session, history, signal } = execution;
  const { failure, checks, cause } = result;
  const { direction, version, name } = step;
  const record = async (kind: 'failed' | 'interrupted'): Promise<void> => {
    if (session.closed) return;
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
  };
  if (signal.aborted) {
    await record('interrupted');
    const outcome = failedOutcome(step, 'undone', attempt, undefined, checks);
    return { kind: 'stopped', outcome, error: interruption(signal) };
  }
  await record('failed');
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
            `${what} ${version} ${name} did not get its locks in ${attempt} attempts: ${failure.message}`,
          ]
        : [`${what}-failed`, EXIT.migrationFailed, `${what} ${version} ${name} failed: ${failure.message}`];
  return {
    kind: 'stopped',
    outcome,
    error: new StepFailedError(code, exitCode, message, { hint: failure.next, cause }),
  };
}
