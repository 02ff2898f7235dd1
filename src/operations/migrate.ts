import { FindingsError, RefusedError } from '../core/errors.ts';
import type { LmsDbError } from '../core/errors.ts';
import { EXIT, errorsOf } from '../core/finding.ts';
import type { HistoryState } from '../core/history.ts';
import { planUp } from '../core/plan.ts';
import type { Plan } from '../core/plan.ts';
import type { Session } from '../core/ports.ts';
import type { Proofs } from '../core/rehearsal-proof.ts';
import { reportedError } from '../core/report.ts';
import type { Outcome, TargetReport } from '../core/report.ts';
import { pinOf } from '../core/pin.ts';
import type { PlanPin } from '../core/pin.ts';
import { tokenChecksumOf } from '../core/checksum.ts';
import type { Context } from './context.ts';
import { execute } from './execute.ts';
import { MOST_PLANS } from './execution.ts';
import { requireEnvironment, withSession } from './open.ts';
import { unproven } from './require-rehearsed.ts';
import { withRunLock } from './run-lock.ts';

/** What `up` is asked for. */
export interface MigrateRequest {
  readonly to?: string | undefined;
  readonly steps?: number | undefined;
  readonly allowOutOfOrder?: boolean | undefined;
  /** Plan only. */
  readonly dryRun?: boolean | undefined;
  /** A plan that was written by `plan --out`: exactly that runs, or nothing. */
  readonly pin?: PlanPin | undefined;
  /** Refuses what no rehearsal has proven as it is now: `--require-rehearsed`. */
  readonly rehearsed?: { readonly proofs: Proofs | undefined } | undefined;
  /** What became of a CALL or DO that was interrupted outside a transaction. */
  readonly interrupted?: 'rerun' | 'done' | undefined;
  /** Runs before the first migration, when there is one: `--backup`. */
  readonly before?: ((session: Session) => Promise<void>) | undefined;
}

/**
 * Applies what is pending. Throws FindingsError when files and history disagree, LockNotObtainedError,
 * RefusedError, ConnectionError, before anything is run; what goes wrong later is in the report.
 */
export async function migrate(context: Context, request: MigrateRequest): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'work', async ({ session, state, target }) => {
    requireEnvironment(context, state);
    const plan = checkedPlan(context, state, request);
    const report = async (outcomes: readonly Outcome[], error?: LmsDbError): Promise<TargetReport> => ({
      target,
      plan,
      outcomes,
      findings: plan.findings,
      counts: session.closed
        ? undefined
        : await context.tools.inspector.counts(session).catch(() => undefined),
      error: error === undefined ? undefined : reportedError(error),
      exitCode: error?.exitCode ?? EXIT.done,
      duration: context.clock.elapsed() - start,
    });
    const something = plan.steps.length > 0 || needsInstall(context, state);
    if (something) context.emit({ type: 'planned', plan });
    if (!something || request.dryRun === true) {
      const duration = context.clock.elapsed() - start;
      return { target, plan, outcomes: [], findings: plan.findings, exitCode: EXIT.done, duration };
    }
    return withRunLock(context, session, async (run) => {
      await context.tools.history.ensure(session);
      await request.before?.(session);
      const outcomes: Outcome[] = [];
      for (let round = 1; ; round += 1) {
        // Read again, now that nobody else runs: what was pending a moment ago may be applied by now.
        const current = await context.tools.history.read(session);
        if (current.environment === undefined || context.environment.change) {
          await context.tools.history.setEnvironment(session, target.environment);
        }
        const fresh = checkedPlan(context, current, {
          ...request,
          pin: round === 1 ? request.pin : undefined,
        });
        const result = await execute(fresh, {
          ...context,
          ...run,
          history: context.tools.history,
          catalog: context.tools.catalog,
          interrupted: request.interrupted,
        });
        outcomes.push(...result.outcomes);
        if (!result.overtaken || round >= MOST_PLANS) return report(outcomes, result.error);
        context.emit({ type: 'note', message: 'another run was faster; reading the history again' });
      }
    });
  });
}

/** Even with nothing pending, an environment that was asked for explicitly is remembered. */
function needsInstall(context: Context, state: HistoryState): boolean {
  return context.environment.change && state.environment !== context.environment.name;
}

/** The plan, or FindingsError when something in it forbids to go on. */
export function checkedPlan(context: Context, state: HistoryState, request: MigrateRequest): Plan {
  const plan = planUp(context.files, state, request, {
    allowOutOfOrder: request.allowOutOfOrder,
    tokenChecksumOf,
  });
  const errors = errorsOf(plan.findings);
  if (errors.length > 0) {
    const disagree = errors.some(({ exitCode }) => exitCode === EXIT.mismatch);
    throw new FindingsError(
      `${disagree ? 'files and history disagree' : 'cannot apply that'}; nothing was run`,
      plan.findings,
    );
  }
  if (request.pin !== undefined) requirePin(request.pin, plan);
  if (request.rehearsed !== undefined) {
    const versions = plan.steps.map(({ version }) => version);
    const findings = unproven(versions, context.files, request.rehearsed.proofs);
    if (findings.length > 0) throw new FindingsError('not rehearsed; nothing was run', findings);
  }
  return plan;
}

function requirePin(pin: PlanPin, plan: Plan): void {
  const now = pinOf(plan, pin.project);
  if (now.hash === pin.hash) return;
  const was = pin.steps.map((step) => step.version);
  const is = now.steps.map((step) => step.version);
  const difference =
    was.join() === is.join()
      ? `the text of ${pin.steps
          .filter((step, index) => step.checksum !== now.steps[index]?.checksum)
          .map((step) => step.version)
          .join(', ')} changed`
      : `it pinned ${was.length === 0 ? 'nothing' : was.join(', ')}; now ${is.length === 0 ? 'nothing is' : `${is.join(', ')} would be`} run`;
  throw new RefusedError(`the plan no longer holds: ${difference}; nothing was run`, {
    hint: 'look at it again with `lms-db plan`, and pin it anew with `--out`',
  });
}
