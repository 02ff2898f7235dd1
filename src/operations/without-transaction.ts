import { ConnectionError, LmsDbError, ServerError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import { placeAt } from '../core/place.ts';
import type { Step } from '../core/plan.ts';
import type { Holder } from '../core/activity.ts';
import type { StatementFailure } from '../core/report.ts';
import { interruptedStep, lockLost, recordEvent } from './aftermath.ts';
import { doneOutcome, failedOutcome, StepFailedError } from './execution.ts';
import type { Execution, StepResult } from './execution.ts';
import { heldBy, isBlocked, snippetAt, statementFailure, timeoutHint } from './failure.ts';
import type { SentScript } from './failure.ts';
import { editedStatement, statementsOf } from './file-statements.ts';
import type { FileStatement } from './file-statements.ts';
import { holdProject } from './hold.ts';
import { asConnected, runStatement } from './run-statement.ts';
import { send } from './send.ts';
import { leftoverOf, StatementStateError } from './statement-state.ts';
import { unwatched } from './watch.ts';

/**
 * Runs a file whose statements PostgreSQL refuses inside a transaction: one at a time, each recorded as
 * started and done, so that a run that was killed goes on at the right one. Whatever a killed run still
 * has at work on the server is waited for first.
 */
export async function runWithoutTransaction(step: Step, execution: Execution): Promise<StepResult> {
  const { session, history, clock, emit, signal } = execution;
  const { direction, version } = step;
  const start = clock.elapsed();
  const statements = statementsOf(step);
  emit({ type: 'step-started', step, attempt: 1, attempts: 1 });
  const inTheWay = await holdProject(step, execution);
  if (inTheWay !== undefined) return stopped(step, execution, inTheWay, 'before its first statement');
  const state = await history.read(session);
  const recorded = state.applied.some((migration) => migration.version === version);
  if (recorded === (direction === 'up')) return { kind: 'overtaken' };
  const records = new Map(
    state.statements
      .filter((record) => record.version === version && record.direction === direction)
      .map((record) => [record.ordinal, record]),
  );
  const edited = editedStatement(step, statements, records);
  if (edited !== undefined) {
    return stopped(step, execution, { failure: edited.failure }, at(edited.ordinal, statements.length));
  }
  for (const statement of statements) {
    const before = records.get(statement.ordinal);
    const skipped = before?.state === 'done' && statement.kind.sessionEffects !== true;
    const { ordinal, text } = statement;
    emit({ type: 'statement', step, ordinal, count: statements.length, text, skipped });
    if (skipped) continue;
    if (signal.aborted)
      return interruptedStep(step, execution, 1, interruptedAt(statement, statements.length));
    if (!(await execution.lockHeld())) {
      const cause = lockLost();
      const failure = { ...failureOf(step, statement, statements.length, cause, []), place: undefined };
      return stopped(step, execution, { failure, cause }, cause.message);
    }
    try {
      await runStatement(step, statement, before?.state === 'started', execution);
    } catch (thrown) {
      const { error, blockers } = unwatched(thrown);
      if (!isExpected(error)) throw error;
      const said = failureOf(step, statement, statements.length, error, blockers);
      const leftover = await leftoverOf(statement.kind, execution).catch(() => '');
      const failure = { ...said, remains: said.remains + leftover };
      return stopped(step, execution, { failure, cause: error }, at(ordinal, statements.length));
    }
  }
  const { opening, closing } = history.frame(step);
  const elapsed = Math.round(clock.elapsed() - start);
  try {
    await send(
      step,
      `begin isolation level read committed, read write;
       select pg_catalog.set_config('lms_db.started', (pg_catalog.clock_timestamp() - interval '${elapsed} milliseconds')::text, true);
       ${asConnected(step)}${opening}${closing}${history.forgetStatementsSql(version, direction)}commit;\n`,
      execution,
    );
  } catch (thrown) {
    const { error } = unwatched(thrown);
    if (!isExpected(error)) throw error;
    const failure = {
      message: error.message,
      remains: `every statement of ${version} is done, but that is not recorded yet`,
      next: 'run the command again: it records it',
    };
    return stopped(step, execution, { failure, cause: error }, 'when it was recorded');
  }
  return { kind: 'done', outcome: doneOutcome(step, clock.elapsed() - start, 1, []) };
}

function isExpected(error: unknown): error is Error {
  return (
    error instanceof ServerError || error instanceof ConnectionError || error instanceof StatementStateError
  );
}

function at(ordinal: number, count: number): string {
  return `at statement ${ordinal} of ${count}`;
}

/** Leaves the session clean, records what happened, and says it. */
async function stopped(
  step: Step,
  execution: Execution,
  { failure, cause }: { readonly failure: StatementFailure; readonly cause?: unknown },
  where: string,
): Promise<StepResult> {
  const { session, signal } = execution;
  if (!session.closed) {
    await session.script('rollback').catch(() => undefined);
    // The file may have set a role that may not write the history.
    await session.reset().catch(() => undefined);
  }
  if (signal.aborted) return interruptedStep(step, execution, 1, failure);
  const { direction, version, name } = step;
  const { sqlstate } = failure;
  const message = failure.message + heldBy(failure.blockers ?? []);
  await recordEvent({ kind: 'failed', direction, version, name, sqlstate, message }, execution);
  const outcome = failedOutcome(step, 'failed', 1, failure);
  if (cause instanceof LmsDbError) return { kind: 'stopped', outcome, error: cause };
  const what = direction === 'up' ? 'migration' : 'rollback';
  const blocked = isBlocked(cause);
  const error = new StepFailedError(
    blocked ? 'lock-not-obtained' : `${what}-failed`,
    blocked ? EXIT.lockNotObtained : EXIT.migrationFailed,
    `${what} ${version} ${name} failed ${where}: ${message}`,
    { hint: failure.next, cause },
  );
  return { kind: 'stopped', outcome, error };
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
      : statement.ordinal === 2
        ? `statement 1 of ${count} is done and recorded; it does not run again.`
        : `statements 1 to ${statement.ordinal - 1} of ${count} are done and recorded; they do not run again.`;
  const again = step.direction === 'up' ? '`lms-db up`' : '`lms-db down`';
  const next =
    error instanceof StatementStateError
      ? error.next
      : ((error instanceof ServerError ? timeoutHint(error, again) : undefined) ??
        `correct the cause, or this statement and those after it, and run ${again} again: it goes on at statement ${statement.ordinal}`);
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
