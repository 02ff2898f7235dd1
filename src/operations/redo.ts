import { RefusedError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import { selectDown } from '../core/plan.ts';
import type { TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import { migrate } from './migrate.ts';
import { withSession } from './open.ts';
import { rollBack } from './roll-back.ts';
import type { RollBackRequest } from './roll-back.ts';

/**
 * Rolls the newest applied migration back and applies it again, as it stands in the files now. Refuses
 * before touching anything when its file is gone. Throws what rollBack and migrate throw.
 */
export async function redo(
  context: Context,
  request: Pick<RollBackRequest, 'consent' | 'useFiles'>,
): Promise<TargetReport> {
  const quiet: Context = { ...context, emit: () => undefined };
  const newest = await withSession(quiet, 'look', ({ state }) =>
    Promise.resolve(selectDown(state, {}).selected[0]),
  );
  if (newest !== undefined && !context.files.some((file) => file.version === newest.version)) {
    throw new RefusedError(
      `the file of ${newest.version} ${newest.name} is not here, so it could not be applied again`,
      {
        hint: 'restore the file, or roll it back for good with `lms-db down`',
      },
    );
  }
  const down = await rollBack(context, request);
  if (down.exitCode !== EXIT.done || down.outcomes.length === 0) return down;
  // The same one goes up again, even if something older is pending: that was so before.
  const up = await migrate(
    {
      ...context,
      emit: (event) =>
        event.type === 'connected' || event.type === 'planned' ? undefined : context.emit(event),
    },
    { to: newest?.version, allowOutOfOrder: true },
  );
  return {
    ...up,
    losses: down.losses,
    outcomes: [...down.outcomes, ...up.outcomes],
    findings: [...down.findings, ...up.findings],
    duration: down.duration + up.duration,
  };
}
