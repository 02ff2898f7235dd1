import type { Holder } from '../core/activity.ts';
import { LockNotObtainedError } from '../core/errors.ts';
import type { StatementFailure } from '../core/report.ts';
import type { Step } from '../core/plan.ts';
import type { Execution } from './execution.ts';
import { heldBy } from './failure.ts';

/** Milliseconds between two tries: short statements, so that no snapshot of ours stands in anybody's way. */
const POLL = 100;

/**
 * Keeps other transactions of the project off while a file runs statement by statement. The backend of a
 * run that was killed may be at work for a moment more, and two would do the same thing: its end is
 * waited for, as long as for another run. Gives back why it could not be had, or undefined.
 */
export async function holdProject(
  step: Step,
  { session, history, clock, settings, signal, emit }: Execution,
): Promise<{ readonly failure: StatementFailure; readonly cause: LockNotObtainedError } | undefined> {
  const start = clock.elapsed();
  let said: number | undefined;
  for (;;) {
    const { held, by } = await history.tryHold(session);
    if (held) return undefined;
    const waited = clock.elapsed() - start;
    if (by !== undefined && by.pid !== said) {
      said = by.pid;
      emit({ type: 'blocked', step, blockers: [by], waited });
    }
    const impatient = settings.lockWait !== 0 && waited >= settings.lockWait;
    if (impatient || signal.aborted) return stillAtWork(step, by);
    await clock.sleep(POLL, signal).catch(() => undefined);
  }
}

function stillAtWork(
  step: Step,
  by: Holder | undefined,
): { readonly failure: StatementFailure; readonly cause: LockNotObtainedError } {
  const blockers = by === undefined ? [] : [by];
  const next =
    by === undefined
      ? 'run the command again'
      : `wait for it to end, or end it with \`select pg_terminate_backend(${by.pid})\`, and run the command again`;
  const message = `an earlier run is still at work on the server${heldBy(blockers)}`;
  return {
    failure: { message, blockers, remains: `nothing of ${step.version} was begun.`, next },
    cause: new LockNotObtainedError(message, { hint: next }),
  };
}
