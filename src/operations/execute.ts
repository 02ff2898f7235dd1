import { ConnectionError } from '../core/errors.ts';
import type { LmsDbError } from '../core/errors.ts';
import type { Plan, Step } from '../core/plan.ts';
import type { Outcome } from '../core/report.ts';
import { batchFrom, runBatch } from './batch.ts';
import { doneOutcome, interruption, notRunOutcome } from './execution.ts';
import type { Execution, StepResult } from './execution.ts';
import { runWithoutTransaction } from './without-transaction.ts';
import { runInTransaction } from './transaction.ts';

/** What running a plan came to. */
export interface Execute {
  /** One for each step of the plan, the ones that did not run too; empty beyond an overtaken step. */
  readonly outcomes: readonly Outcome[];
  /** Why it stopped early. */
  readonly error?: LmsDbError | undefined;
  /** Another run recorded a step first: read the history again and plan anew. */
  readonly overtaken: boolean;
}

/** How many steps make it worth sending them together. */
const FEWEST_FOR_A_BATCH = 2;

/** Milliseconds between two looks whether the run lock is still ours. */
const LOCK_CHECK = 3_000;

/**
 * Runs the steps of a plan in order, and takes no decision: those are in the plan. Each step is said
 * to be done only after its COMMIT. The first failure ends the run; what came before stays applied.
 */
export async function execute(plan: Plan, execution: Execution): Promise<Execute> {
  const { clock, emit, signal } = execution;
  const { steps } = plan;
  const outcomes: Outcome[] = [];
  const say = (outcome: Outcome): void => {
    outcomes.push(outcome);
    emit({ type: 'outcome', outcome });
  };
  const stop = (error: LmsDbError): Execute => {
    for (const step of steps.slice(outcomes.length)) say(notRunOutcome(step));
    return { outcomes, error, overtaken: false };
  };
  let lastLockCheck = clock.elapsed();
  /** Steps before this index run alone: a batch with them failed. */
  let alone = 0;
  while (outcomes.length < steps.length) {
    const index = outcomes.length;
    const step = steps[index];
    if (step === undefined) break;
    if (signal.aborted) return stop(interruption(signal));
    if (clock.elapsed() - lastLockCheck > LOCK_CHECK) {
      lastLockCheck = clock.elapsed();
      if (!(await execution.lock.stillHeld())) return stop(lockLost());
    }
    const batch = plan.direction === 'up' && index >= alone ? batchFrom(steps, index) : [];
    if (batch.length >= FEWEST_FOR_A_BATCH) {
      const recorded = await runBatch(batch, execution);
      for (const done of batch) {
        const duration = recorded.get(done.version);
        if (duration === undefined) break;
        say(doneOutcome(done, duration, 1, []));
      }
      if (outcomes.length < index + batch.length) alone = outcomes.length + 1;
      continue;
    }
    const result = await runStep(step, execution);
    if (result.kind === 'overtaken') return { outcomes, overtaken: true };
    say(result.outcome);
    if (result.kind === 'stopped') return stop(result.error);
  }
  return { outcomes, overtaken: false };
}

async function runStep(step: Step, execution: Execution): Promise<StepResult> {
  const { session } = execution;
  const result = step.directives.transaction
    ? await runInTransaction(step, execution)
    : await runWithoutTransaction(step, execution);
  // Whatever the file left in the session (SET, temporary tables, LISTEN, locks) ends with it.
  if (!session.closed) await session.reset();
  return result;
}

function lockLost(): LmsDbError {
  return new ConnectionError(
    'the connection that holds the run lock was lost, so another run may have started',
    {
      hint: 'run the command again: it goes on from what is recorded',
    },
  );
}
