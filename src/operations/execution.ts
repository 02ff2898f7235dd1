import { InterruptedError, LmsDbError } from '../core/errors.ts';
import type { ExitCode } from '../core/finding.ts';
import type { Catalog, Clock, Emit, History, Observer, Session } from '../core/ports.ts';
import type { CheckResult, Outcome, StatementFailure } from '../core/report.ts';
import type { Step } from '../core/plan.ts';
import type { RunSettings } from '../core/settings.ts';

/** Everything that running steps needs, handed in. */
export interface Execution {
  /** Runs the user's files. */
  readonly session: Session;
  /** The session that holds the run lock: what is asked and recorded when the other one is lost. */
  readonly side: Session;
  readonly observer: Observer;
  /** True while the run lock is still ours: where it is not, nothing new may start. */
  readonly lockHeld: () => Promise<boolean>;
  readonly history: History;
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Aborts on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  readonly settings: RunSettings;
  /**
   * What the user knows of a CALL or DO that was interrupted outside a transaction: run it again, or take it
   * as done. Without it such a statement stops the run.
   */
  readonly interrupted?: 'rerun' | 'done' | undefined;
}

/** How often a run that was overtaken plans anew before it gives up. */
export const MOST_PLANS = 20;

/**
 * How one step ended. `overtaken` means that another run recorded it first: the history has to be
 * read again.
 */
export type StepResult =
  | { readonly kind: 'done'; readonly outcome: Outcome }
  | { readonly kind: 'overtaken' }
  | { readonly kind: 'stopped'; readonly outcome: Outcome; readonly error: LmsDbError };

/** A migration or rollback that failed. The outcome says how. Exit code 5, 6 or 7. */
export class StepFailedError extends LmsDbError {
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(
    code: string,
    exitCode: ExitCode,
    message: string,
    facts: { hint?: string | undefined; cause?: unknown },
  ) {
    super(message, facts);
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** Why the run was asked to end. */
export function interruption(signal: AbortSignal): InterruptedError {
  return signal.reason instanceof InterruptedError ? signal.reason : new InterruptedError('SIGINT');
}

/** An outcome of a step that ended well. */
export function doneOutcome(
  step: Step,
  duration: number,
  attempts: number,
  checks: readonly CheckResult[],
): Outcome {
  const { direction, version, name } = step;
  return { direction, version, name, status: 'done', duration, attempts, checks };
}

/** An outcome of a step that was never begun. */
export function notRunOutcome(step: Step): Outcome {
  const { direction, version, name } = step;
  return { direction, version, name, status: 'not-run', duration: 0, attempts: 0, checks: [] };
}

/** An outcome of a step that failed, or was undone because the run was interrupted. */
export function failedOutcome(
  step: Step,
  status: 'failed' | 'undone',
  attempts: number,
  failure: StatementFailure | undefined,
  checks: readonly CheckResult[] = [],
): Outcome {
  const { direction, version, name } = step;
  return { direction, version, name, status, duration: 0, attempts, checks, failure };
}
