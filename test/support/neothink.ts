// The neothink project in a private database: going up and down, what its catalog holds, and asking as one of its users.
import pg from 'pg';
import { connect } from '../../src/backends/connect.ts';
import { readPicture } from '../../src/backends/picture/read-picture.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { projectOf } from '../../src/config/projects.ts';
import { differences, differenceText } from '../../src/core/picture-difference.ts';
import type { Picture } from '../../src/core/picture.ts';
import type { TargetReport } from '../../src/core/report.ts';
import type { Context } from '../../src/operations/context.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import type { PrivateDatabase } from './database.ts';
import { contextFor } from './run.ts';
import type { RunOptions } from './run.ts';
import { verifyContext } from './verify.ts';

/** The migrations of the project by what the specification calls them. */
export const SHIM = '20250530000000';
export const BASELINE = '20250531000000';
export const PERMISSIONS = '20250601000001';
export const CONFIGURATION = '20250601000002';
export const SECURITY = '20250601000003';
export const PROFILES = '20250602000001';
export const NEWEST = '20250605000002';

const NEOTHINK: RunOptions = { project: 'neothink', minimumServer: 15 };

/** Applies the project, or a copy of it in another folder, up to a version; whatever comes of it. */
export function up(database: PrivateDatabase, to?: string, root = process.cwd()): Promise<TargetReport> {
  return migrate(contextFor(database, root, NEOTHINK), { to });
}

/** Rolls back everything that was applied after a version, or everything; whatever comes of it. */
export function down(database: PrivateDatabase, to?: string): Promise<TargetReport> {
  return rollBack(contextFor(database, process.cwd(), NEOTHINK), {
    ...(to === undefined ? { count: 'all' } : { to }),
    consent: () => Promise.resolve(),
  });
}

/** The context of verify over the project as it is configured in this repository. */
export async function neothinkContext(database: PrivateDatabase): Promise<Context> {
  const config = await loadConfig({ cwd: process.cwd(), env: {}, flags: {} });
  const { tenancy, allowed } = projectOf(config, 'neothink');
  return verifyContext(database, process.cwd(), { ...NEOTHINK, tenancy, allowed });
}

/** The schema of a database, without that of the history. */
export async function pictureOf({ parameters }: PrivateDatabase): Promise<Picture> {
  const session = await connect(parameters, 'look');
  try {
    return await readPicture(session, 'lms_db');
  } finally {
    await session.close();
  }
}

/** What is not the same in two pictures, a sentence each. */
export function changesOf(before: Picture, after: Picture): readonly string[] {
  return differences(before, after).map((difference) =>
    differenceText(difference, { missing: 'is missing', extra: 'is left behind' }),
  );
}

/** The tables that migrations keep in the schema of the history, for their rollbacks. */
export async function keptTables({ sql }: PrivateDatabase): Promise<readonly string[]> {
  const rows = await sql<{ name: string }>(
    `select relname::text as name from pg_class where relnamespace = to_regnamespace('lms_db') and relkind = 'r'
       and (relname like 'neothink%' or relname = 'supabase_shim') order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** What a statement did: how many rows it touched or gave, or the SQLSTATE with which it was refused. */
export type Effect = number | string;

/** What somebody may do: every statement stands in a transaction of its own, which is rolled back. */
export interface Client {
  readonly rows: (text: string) => Promise<readonly Record<string, unknown>[]>;
  readonly effect: (text: string) => Promise<Effect>;
}

/** A client of the API: the role, and the user in the claims of the request. */
export function clientOf(
  { parameters }: PrivateDatabase,
  user: string | undefined,
  role: 'anon' | 'authenticated' | 'service_role' = 'authenticated',
): Client {
  const ask = async (text: string): Promise<pg.QueryResult<Record<string, unknown>>> => {
    const { host, port, user: owner, password, database } = parameters;
    const client = new pg.Client({ host, port, user: owner, password, database });
    await client.connect();
    try {
      await client.query('begin');
      await client.query(`select set_config('request.jwt.claims', $1, true)`, [
        JSON.stringify({ role, ...(user === undefined ? {} : { sub: user }) }),
      ]);
      await client.query(`set local role ${role}`);
      const result: unknown = await client.query<Record<string, unknown>>(text);
      // Several statements give several results; the last one is what was asked.
      const last: unknown = Array.isArray(result) ? result.at(-1) : result;
      return last as pg.QueryResult<Record<string, unknown>>;
    } finally {
      await client.query('rollback').catch(() => undefined);
      await client.end();
    }
  };
  return {
    rows: async (text) => (await ask(text)).rows,
    effect: async (text) => {
      try {
        return (await ask(text)).rowCount ?? 0;
      } catch (error) {
        if (error instanceof pg.DatabaseError && error.code !== undefined) return error.code;
        throw error;
      }
    },
  };
}
