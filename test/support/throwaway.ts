import { randomBytes } from 'node:crypto';
import type { ConnectionParameters } from '../../src/backends/parameters.ts';
import { serverParameters, urlOf } from './database.ts';
import type { PrivateDatabase } from './database.ts';

/** The server of the run as a user of its own sees it, so that its databases can be told from those of other tests. */
export interface OwnUser {
  readonly parameters: ConnectionParameters;
  readonly url: string;
  /** The databases that the user made and that are still there. */
  readonly databases: () => Promise<readonly string[]>;
  readonly drop: () => Promise<void>;
}

/** Makes a superuser for one test. */
export async function ownUser({ sql }: Pick<PrivateDatabase, 'sql'>): Promise<OwnUser> {
  const user = `t_${randomBytes(6).toString('hex')}`;
  const password = randomBytes(12).toString('hex');
  await sql(`create role ${user} superuser login password '${password}'`);
  const parameters: ConnectionParameters = { ...serverParameters(), user, password };
  return {
    parameters,
    url: urlOf(parameters),
    databases: async () =>
      (
        await sql<{ datname: string }>(
          `select datname from pg_database where pg_get_userbyid(datdba) = '${user}'`,
        )
      ).map(({ datname }) => datname),
    drop: async () => {
      await sql(`drop role ${user}`);
    },
  };
}
