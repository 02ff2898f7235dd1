import { ConnectionError } from '../core/errors.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { Step } from '../core/plan.ts';
import type { StatementFailure } from '../core/report.ts';
import { failedOutcome, interruption } from './execution.ts';
import type { Execution, StepResult } from './execution.ts';

/** Milliseconds to wait until the backend of a lost connection has ended. */
const BACKEND_ENDS = 3_000;

/** How such a backend is looked after. */
const LOOK = 50;

/**
 * Which of these steps have happened, with their milliseconds, although the connection was lost: asked on
 * the connection that holds the run lock, once the backend has ended. Undefined when nobody can be asked.
 */
export async function happenedAfterLoss(
  steps: readonly Step[],
  { session, side, observer, clock, history }: Execution,
): Promise<ReadonlyMap<string, number> | undefined> {
  const start = clock.elapsed();
  try {
    while (await observer.alive(session.pid)) {
      if (clock.elapsed() - start > BACKEND_ENDS) return undefined;
      await clock.sleep(LOOK);
    }
    await history.flush(side);
    return await history.durations(side, steps);
  } catch {
    return undefined;
  }
}

/** Appends an event, on whichever connection is left; an event that cannot be written stops nothing. */
export async function recordEvent(event: HistoryEvent, { session, side, history }: Execution): Promise<void> {
  const writer = session.closed ? side : session;
  if (writer.closed) return;
  await history.record(writer, event).catch(() => undefined);
}

/** A step that was rolled back because the run was asked to end. */
export async function interruptedStep(
  step: Step,
  execution: Execution,
  attempts: number,
  failure?: StatementFailure,
): Promise<StepResult> {
  const error = interruption(execution.signal);
  const { direction, version, name } = step;
  const message = failure?.message ?? error.message;
  await recordEvent({ kind: 'interrupted', direction, version, name, message }, execution);
  return { kind: 'stopped', outcome: failedOutcome(step, 'undone', attempts, failure), error };
}

/** What is said of a step whose connection was lost; `known` when the history could be asked. */
export function lossOf(step: Step, error: ConnectionError, known: boolean): StatementFailure {
  return {
    message: error.message,
    remains: known
      ? `the server rolled ${step.version} back: nothing of it remains.`
      : `the server rolls ${step.version} back, unless its COMMIT had already arrived; either way migration and record agree.`,
    next: 'run the command again: it goes on from what is recorded',
  };
}

/** The error of a run that has more to do and no connection to do it with. */
export function connectionLost(): ConnectionError {
  return new ConnectionError('the connection to the server was lost', {
    hint: 'run the command again: it goes on from what is recorded',
  });
}

/** The error of a run whose run lock may belong to somebody else by now. */
export function lockLost(): ConnectionError {
  return new ConnectionError(
    'the connection that holds the run lock was lost, so another run may have started; nothing new was begun',
    { hint: 'run the command again: it goes on from what is recorded' },
  );
}
