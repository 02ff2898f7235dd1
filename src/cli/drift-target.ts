import { connect } from '../backends/connect.ts';
import { describeConnection } from '../backends/connection/describe.ts';
import { resolveConnection } from '../backends/connection/resolve.ts';
import { nodeSurroundings } from '../backends/connection/surroundings.ts';
import { readOwnedPicture } from '../backends/picture/read-picture.ts';
import type { Config } from '../config/config.ts';
import { UsageError } from '../core/errors.ts';
import type { Session } from '../core/ports.ts';
import type { Report } from '../core/report.ts';
import type { Context } from '../operations/context.ts';
import { drift } from '../operations/drift.ts';
import type { Expectation, OwnedPicture } from '../operations/drift.ts';
import { rebuild } from '../operations/rebuild.ts';
import type { Invocation } from './invocation.ts';
import { listOption, textOption } from './options.ts';
import { throwawayOf } from './throwaway.ts';
import { withTarget } from './with-target.ts';

type ReadPicture = (session: Session) => Promise<OwnedPicture>;

/** Runs `drift`: apart from its definition, so that the help of it loads no driver. */
export function driftTarget(invocation: Invocation): Promise<Report> {
  const { options } = invocation;
  const against = listOption(options, 'against');
  if (against.length > 0 && textOption(options, 'on') !== undefined) {
    throw new UsageError('--against and --on exclude each other', {
      hint: '--on says where the files are applied; --against needs no files',
    });
  }
  return withTarget(invocation, (context, { config }) => {
    const read: ReadPicture = (session) => readOwnedPicture(session, config.historySchema);
    const expected =
      against.length === 0
        ? [filesOf(invocation, context, config, read)]
        : against.map((url) => databaseOf(invocation, config, url, read));
    return drift(context, { ignore: listOption(options, 'ignore'), read, expected });
  });
}

function filesOf(invocation: Invocation, context: Context, config: Config, read: ReadPicture): Expectation {
  return {
    database: undefined,
    read: async (migrations) => {
      const database = await throwawayOf(invocation, config);
      try {
        return await rebuild(context, database, migrations, read);
      } finally {
        await database.close();
      }
    },
  };
}

function databaseOf(invocation: Invocation, config: Config, url: string, read: ReadPicture): Expectation {
  const { parameters, secrets } = resolveConnection(
    { url, source: '--against' },
    nodeSurroundings(config.variables),
  );
  const { user, database, host } = parameters;
  invocation.keepSecret(secrets, [user, database, host, config.environment]);
  return {
    database: describeConnection(parameters),
    read: async () => {
      const session = await connect(parameters, 'look');
      return read(session).finally(() => session.close());
    },
  };
}
