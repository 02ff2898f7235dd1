import type { Holder } from '../core/activity.ts';
import { ConnectionError } from '../core/errors.ts';
import type { Step } from '../core/plan.ts';
import { leavesNothingInSession } from '../core/plain-script.ts';
import { kindOf } from '../core/statement-kind.ts';
import { splitStatements } from '../core/statements.ts';
import { happenedAfterLoss } from './aftermath.ts';
import type { Execution } from './execution.ts';
import { transactionText } from './transaction.ts';
import { unwatched, watched } from './watch.ts';

/** At most so many migrations, and so many characters, go to the server in one message. */
const MOST_STEPS = 64;
const MOST_CHARACTERS = 256 * 1024;

/**
 * The longest run of steps, from `start`, that may travel in one message, up or down. Each keeps its own
 * transaction, its own claim, its own change of the history and its own event. What needs a round trip of its own stays out:
 * guards, files without a transaction, and files that may leave something behind in the session.
 */
export function batchFrom(steps: readonly Step[], start: number): readonly Step[] {
  const batch: Step[] = [];
  let characters = 0;
  for (let index = start; index < steps.length && batch.length < MOST_STEPS; index += 1) {
    const step = steps[index];
    if (step === undefined || !travelsWithOthers(step)) break;
    characters += step.script.text.length;
    if (batch.length > 0 && characters > MOST_CHARACTERS) break;
    batch.push(step);
  }
  return batch;
}

function travelsWithOthers(step: Step): boolean {
  if (!step.directives.transaction) return false;
  if (step.guard !== undefined && step.guard.checks.length > 0) return false;
  const { text } = step.script;
  // Most files are told by one look; the others statement by statement.
  if (leavesNothingInSession(text)) return true;
  return splitStatements(text).statements.every((statement) => {
    const kind = kindOf(text, statement);
    // A SELECT may call a function that sets something; DO and CALL say "unknown" themselves.
    return kind.sessionEffects === false && kind.verb !== 'SELECT';
  });
}

/** How a batch ended. */
export interface BatchResult {
  /** Milliseconds of the steps that are recorded now: the first ones of the batch. */
  readonly recorded: ReadonlyMap<string, number>;
  /** The connection ended under the first step that is not recorded. */
  readonly loss?: { readonly error: ConnectionError; readonly known: boolean } | undefined;
}

/**
 * Sends a batch. The first error ends the message: no later statement of it runs, so what was committed
 * is a prefix. The caller runs the rest one by one, which also tells what was wrong with the first of them.
 *
 * Only the last COMMIT waits for the disk, and with it for all before it, which stand before it in the log
 * (https://www.postgresql.org/docs/current/wal-async-commit.html): a server that crashes in between loses
 * migrations together with their records, from the end, and none of them has been said to be applied. A
 * batch that ends early waits for what it committed before anything is said.
 */
export async function runBatch(batch: readonly Step[], execution: Execution): Promise<BatchResult> {
  const { session, observer, clock, signal, history, emit, settings } = execution;
  const text = batch
    .map((step, index) => {
      const { opening, closing } = transactionText(step, execution, 1, index === batch.length - 1);
      return opening + closing;
    })
    .join('');
  let committed = 0;
  const script = session.script(text, (_, tag) => {
    if (tag === 'COMMIT') committed += 1;
  });
  const [first] = batch;
  if (first !== undefined)
    emit({ type: 'step-started', step: first, attempt: 1, attempts: settings.lockAttempts });
  const onBlocked = (blockers: readonly Holder[], waited: number): void => {
    const step = batch[committed];
    if (step !== undefined) emit({ type: 'blocked', step, blockers, waited });
  };
  try {
    try {
      await watched(script, { observer, clock, session, signal, onBlocked });
    } catch (thrown) {
      const { error } = unwatched(thrown);
      if (error instanceof ConnectionError) throw error;
      // Whatever it was, it comes again when the step runs alone, with its place and its words.
      await session.script('rollback');
      await history.flush(session);
    }
    return { recorded: await history.durations(session, batch) };
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    const happened = await happenedAfterLoss(batch, execution);
    return { recorded: happened ?? new Map(), loss: { error, known: happened !== undefined } };
  }
}
