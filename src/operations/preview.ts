import { tokenChecksumOf } from '../core/checksum.ts';
import { EXIT, errorsOf } from '../core/finding.ts';
import { planUp } from '../core/plan.ts';
import type { TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import type { MigrateRequest } from './migrate.ts';
import { withSession } from './open.ts';

/** What `up` would do. Looks only; findings that would stop `up` are in the report, with its exit code. */
export async function preview(
  context: Context,
  request: Pick<MigrateRequest, 'to' | 'steps' | 'allowOutOfOrder'>,
): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'look', ({ state, target }) => {
    const plan = planUp(context.files, state, request, {
      allowOutOfOrder: request.allowOutOfOrder,
      tokenChecksumOf,
    });
    return Promise.resolve({
      target,
      plan,
      outcomes: [],
      findings: plan.findings,
      exitCode: errorsOf(plan.findings)[0]?.exitCode ?? EXIT.done,
      duration: context.clock.elapsed() - start,
    });
  });
}
