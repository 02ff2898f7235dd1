import { connect } from '../backends/connect.ts';
import { describeConnection } from '../backends/connection/describe.ts';
import { resolveConnection } from '../backends/connection/resolve.ts';
import { nodeSurroundings } from '../backends/connection/surroundings.ts';
import { readOwnedPicture } from '../backends/picture/read-picture.ts';
import { openThrowawayDatabase } from '../backends/throwaway-database.ts';
import type { Report } from '../core/report.ts';
import { drift } from '../operations/drift.ts';
import { rebuild } from '../operations/rebuild.ts';
import type { Invocation } from './invocation.ts';
import { listOption, textOption } from './options.ts';
import { withTarget } from './with-target.ts';

/** Runs `drift`: apart from its definition, so that the help of it loads no driver. */
export function driftTarget(invocation: Invocation): Promise<Report> {
  return withTarget(invocation, async (context, { config }) => {
    const { options } = invocation;
    const around = nodeSurroundings(config.variables);
    const against = textOption(options, 'against');
    const on = textOption(options, 'on');
    const read = (session: Parameters<typeof readOwnedPicture>[0]): ReturnType<typeof readOwnedPicture> =>
      readOwnedPicture(session, config.historySchema);
    const other =
      against === undefined
        ? undefined
        : resolveConnection({ url: against, source: '--against' }, around).parameters;
    return drift(context, {
      ignore: listOption(options, 'ignore'),
      read,
      fromFiles: other === undefined,
      extraWords: other === undefined ? 'is not in the files' : `is not in ${describeConnection(other)}`,
      expected: async (migrations) => {
        if (other !== undefined) {
          const session = await connect(other, 'look');
          return read(session).finally(() => session.close());
        }
        const database = await openThrowawayDatabase({
          on:
            on === undefined ? undefined : resolveConnection({ url: on, source: '--on' }, around).parameters,
          note: (message) => context.emit({ type: 'note', message }),
        });
        try {
          return await rebuild(context, database, migrations, read);
        } finally {
          await database.close();
        }
      },
    });
  });
}
