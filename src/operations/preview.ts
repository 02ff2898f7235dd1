import { tokenChecksumOf } from '../core/checksum.ts';
import { EXIT, errorsOf } from '../core/finding.ts';
import { planUp } from '../core/plan.ts';
import type { Plan } from '../core/plan.ts';
import type { TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import type { MigrateRequest } from './migrate.ts';
import { withSession } from './open.ts';

/** Looks into the SQL of a plan. */
export type PlanReader = (plan: Plan) => Promise<TargetReport['locks']>;

/**
 * What `up` would do. Looks only; findings that would stop `up` are in the report, with its exit code. `read` looks
 * into the SQL, and is asked only when there is something to run.
 */
export async function preview(
  context: Context,
  request: Pick<MigrateRequest, 'to' | 'steps' | 'allowOutOfOrder'>,
  read?: PlanReader,
): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'look', async ({ state, target }) => {
    const plan = planUp(context.files, state, request, {
      allowOutOfOrder: request.allowOutOfOrder,
      tokenChecksumOf,
    });
    const locks = plan.steps.length === 0 ? undefined : await read?.(plan);
    return {
      target,
      plan,
      locks,
      outcomes: [],
      findings: plan.findings,
      exitCode: errorsOf(plan.findings)[0]?.exitCode ?? EXIT.done,
      duration: context.clock.elapsed() - start,
    };
  });
}
