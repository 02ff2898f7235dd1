import type { Step } from '../core/plan.ts';
import type { Execution } from './execution.ts';
import { watched } from './watch.ts';

/** Sends a text of a step's file, or about it, watched. Throws WatchedError. */
export async function send(
  step: Step,
  text: string,
  execution: Execution,
  lockTimeout?: number,
): Promise<void> {
  const { session, observer, clock, signal, emit } = execution;
  await watched(session.script(text), {
    observer,
    clock,
    session,
    signal,
    lockTimeout,
    onBlocked: (blockers, waited) => emit({ type: 'blocked', step, blockers, waited }),
    onProgress: (progress) => emit({ type: 'index-progress', step, progress }),
  });
}
