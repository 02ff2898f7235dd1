import { EXIT } from '../core/finding.ts';
import type { TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import { withSession } from './open.ts';

/** The append-only event log, newest first, failures included. Looks only. */
export async function log(context: Context, request: { readonly limit: number }): Promise<TargetReport> {
  const start = context.clock.elapsed();
  return withSession(context, 'look', async ({ session, state, target }) => ({
    target,
    outcomes: [],
    findings: [],
    events: state.installed ? await context.tools.history.events(session, request.limit) : [],
    exitCode: EXIT.done,
    duration: context.clock.elapsed() - start,
  }));
}
