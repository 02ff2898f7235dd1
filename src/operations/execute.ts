import { ConnectionError } from '../core/errors.ts';
import type { LmsDbError } from '../core/errors.ts';
import type { Plan, Step } from '../core/plan.ts';
import type { Outcome } from '../core/report.ts';
import { connectionLost, interruptedStep, lockLost, lossOf, recordEvent } from './aftermath.ts';
import { batchFrom, runBatch } from './batch.ts';
import type { BatchResult } from './batch.ts';
import { doneOutcome, failedOutcome, interruption, notRunOutcome } from './execution.ts';
import type { Execution, StepResult } from './execution.ts';
import { runInTransaction } from './transaction.ts';
import { runWithoutTransaction } from './without-transaction.ts';

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

/**
 * Runs the steps of a plan in order, and takes no decision: those are in the plan. Each step is said
 * to be done only after its COMMIT. The first failure ends the run; what came before stays applied.
 */
export async function execute(plan: Plan, execution: Execution): Promise<Execute> {
  const { session, emit, signal } = execution;
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
  /** Steps before this index run alone: a batch with them failed. */
  let alone = 0;
  for (let step = steps[0]; step !== undefined; step = steps[outcomes.length]) {
    const index = outcomes.length;
    if (signal.aborted) return stop(interruption(signal));
    if (session.closed) return stop(connectionLost());
    if (!(await execution.lockHeld())) return stop(lockLost());
    const batch = index >= alone ? batchFrom(steps, index) : [];
    let result: StepResult;
    if (batch.length >= FEWEST_FOR_A_BATCH) {
      const ended = await runBatch(batch, execution);
      await forget(execution);
      for (const done of batch) {
        const duration = ended.recorded.get(done.version);
        if (duration === undefined) break;
        say(doneOutcome(done, duration, 1, []));
      }
      const next = batch[outcomes.length - index];
      if (next === undefined) continue;
      const stopped = await stoppedBatch(next, ended, execution);
      // Alone, it also tells what is wrong with it.
      alone = outcomes.length + 1;
      if (stopped === undefined) continue;
      result = stopped;
    } else {
      result = await runStep(step, execution);
    }
    if (result.kind === 'overtaken') return { outcomes, overtaken: true };
    say(result.outcome);
    if (result.kind === 'stopped') return stop(result.error);
  }
  return { outcomes, overtaken: false };
}

/** Why a batch must not go on with its first step that is not recorded; undefined when it may. */
async function stoppedBatch(
  next: Step,
  { loss }: BatchResult,
  execution: Execution,
): Promise<StepResult | undefined> {
  if (execution.signal.aborted) return interruptedStep(next, execution, 1);
  if (loss === undefined) return undefined;
  const { direction, version, name } = next;
  const failure = lossOf(next, loss.error, loss.known);
  await recordEvent({ kind: 'failed', direction, version, name, message: failure.message }, execution);
  return { kind: 'stopped', outcome: failedOutcome(next, 'failed', 1, failure), error: loss.error };
}

async function runStep(step: Step, execution: Execution): Promise<StepResult> {
  const result = step.directives.transaction
    ? await runInTransaction(step, execution)
    : await runWithoutTransaction(step, execution);
  await forget(execution);
  return result;
}

/** Whatever a file left in the session (SET, temporary tables, LISTEN, locks) ends with it. */
async function forget({ session }: Execution): Promise<void> {
  if (session.closed) return;
  await session.reset().catch((error: unknown) => {
    // The step has its result; without a connection the next one does not start.
    if (!(error instanceof ConnectionError)) throw error;
  });
}
