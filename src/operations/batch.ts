import type { Step } from '../core/plan.ts';
import { kindOf } from '../core/statement-kind.ts';
import { splitStatements } from '../core/statements.ts';
import type { Execution } from './execution.ts';
import { transactionText } from './transaction.ts';
import { watched } from './watch.ts';

/** At most so many migrations, and so many characters, go to the server in one message. */
const MOST_STEPS = 64;
const MOST_CHARACTERS = 256 * 1024;

/**
 * The longest run of steps, from `start`, that may travel in one message. Each keeps its own
 * transaction, its own claim and its own history row. What needs a round trip of its own stays out:
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
  return splitStatements(text).statements.every((statement) => {
    const kind = kindOf(text, statement);
    // A SELECT may call a function that sets something; DO and CALL say "unknown" themselves.
    return kind.sessionEffects === false && kind.verb !== 'SELECT';
  });
}

/**
 * Sends a batch. The first error ends the message: no later statement of it runs, so what was committed
 * is a prefix. Resolves with the versions that are recorded afterwards and their milliseconds; the
 * caller runs the rest one by one, which also tells what was wrong with the first of them.
 */
export async function runBatch(
  batch: readonly Step[],
  execution: Execution,
): Promise<ReadonlyMap<string, number>> {
  const { session, observer, clock, signal, history } = execution;
  const text = batch
    .map((step) => {
      const { opening, closing } = transactionText(step, execution, 1);
      return opening + closing;
    })
    .join('');
  try {
    await watched(session.script(text), {
      observer,
      clock,
      pid: session.pid,
      signal,
      onBlocked: () => undefined,
    });
  } catch {
    // Whatever it was, it comes again when the step runs alone, with its place and its words.
    if (session.closed) return new Map();
    await session.script('rollback');
  }
  return history.durations(
    session,
    batch.map((step) => step.version),
  );
}
