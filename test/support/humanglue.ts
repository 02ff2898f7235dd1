// The humanglue project, whole, in a private database: going up and down, its seeds, and visits in somebody's name.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { readPicture } from '../../src/backends/picture/read-picture.ts';
import { createSeedTools } from '../../src/backends/seed/tools.ts';
import type { Picture } from '../../src/core/picture.ts';
import { differences, differenceText } from '../../src/core/picture-difference.ts';
import type { TargetReport } from '../../src/core/report.ts';
import { readSeeds } from '../../src/files/read-seeds.ts';
import { createSeedReader } from '../../src/files/seed-reader.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import { seed } from '../../src/operations/seed.ts';
import type { PrivateDatabase } from './database.ts';
import { contextFor } from './run.ts';
import type { RunOptions } from './run.ts';

type Server = Pick<PrivateDatabase, 'database'>;

const HUMANGLUE: RunOptions = { project: 'humanglue', minimumServer: 15 };

/** The eight people of the seeds, one for each way of seeing the data. */
export const PEOPLE = {
  'the platform admin': '00000000-0000-4000-8000-000300000001',
  'the org admin of A': '00000000-0000-4000-8000-000300000002',
  'the team lead of A': '00000000-0000-4000-8000-000300000003',
  'a member of A': '00000000-0000-4000-8000-000300000004',
  'a member of B': '00000000-0000-4000-8000-000300000005',
  'the instructor': '00000000-0000-4000-8000-000300000006',
  'the co-instructor': '00000000-0000-4000-8000-000300000007',
  'an unrelated user': '00000000-0000-4000-8000-000300000008',
} as const;

/** Rows of the seeds. */
export const DEMO = {
  organizationA: '00000000-0000-4000-8000-000100000001',
  organizationB: '00000000-0000-4000-8000-000100000002',
  team: '00000000-0000-4000-8000-000200000001',
  paidCourse: '00000000-0000-4000-8000-000400000001',
  freeCourse: '00000000-0000-4000-8000-000400000002',
  internalCourse: '00000000-0000-4000-8000-000400000003',
  module: '00000000-0000-4000-8000-000500000001',
  firstLesson: '00000000-0000-4000-8000-000600000001',
  secondLesson: '00000000-0000-4000-8000-000600000002',
  workshop: '00000000-0000-4000-8000-000800000001',
  enrollment: '00000000-0000-4000-8000-000900000001',
} as const;

/** Somebody signed in, somebody who is not, or the service that row security does not bind. */
export type Who = keyof typeof PEOPLE | 'anon' | 'service';

/** One transaction in somebody's name, which is rolled back in the end. */
export interface Visit {
  /** The rows of a statement. */
  readonly rows: <Row extends object = Record<string, unknown>>(
    text: string,
    values?: unknown[],
  ) => Promise<Row[]>;
  /** The first value of the first row. */
  readonly value: (text: string, values?: unknown[]) => Promise<unknown>;
  /** The error of a statement, which must fail; what was done before it stays. */
  readonly refused: (text: string, values?: unknown[]) => Promise<pg.DatabaseError>;
  /** Goes on in another name. */
  readonly become: (who: Who) => Promise<void>;
}

/** Applies the project up to a version; whatever comes of it. */
export function up(server: Server, to?: string, options: RunOptions = {}): Promise<TargetReport> {
  return migrate(contextFor(server, process.cwd(), { ...options, ...HUMANGLUE }), { to });
}

/** Rolls back everything that was applied after a version, or everything; whatever comes of it. */
export function down(server: Server, to?: string): Promise<TargetReport> {
  return rollBack(contextFor(server, process.cwd(), HUMANGLUE), {
    ...(to === undefined ? { count: 'all' } : { to }),
    consent: () => Promise.resolve(),
  });
}

/** Loads the seeds of the project; with `force`, those too that are loaded. */
export function loadSeeds(
  server: Server,
  { force = false, ...options }: RunOptions & { readonly force?: boolean } = {},
): Promise<TargetReport> {
  const root = process.cwd();
  const history = {
    schema: 'lms_db',
    project: 'humanglue',
    run: randomUUID(),
    actor: 'a',
    toolVersion: '0',
  };
  return seed(
    contextFor(server, root, { ...options, ...HUMANGLUE }),
    {
      only: [],
      force,
      maxErrors: 1,
      files: (environment) => readSeeds({ root, directory: 'seeds/humanglue', environment }),
    },
    createSeedTools(history, createSeedReader(root)),
  );
}

/** The schema as it is: tables, types, functions, privileges and policies of every schema but that of the history. */
export async function pictureOf({ database }: Server): Promise<Picture> {
  const session = await database.connect('look');
  try {
    return await readPicture(session, 'lms_db');
  } finally {
    await session.close();
  }
}

/** What is not as it was, in sentences. */
export function changesBetween(before: Picture, after: Picture): readonly string[] {
  const words = { missing: 'is missing', extra: 'is left behind' };
  return differences(before, after).map((difference) => differenceText(difference, words));
}

/** Visits a database in somebody's name, as PostgREST would: the role, and the claims of the token. */
export async function visit<Result>(
  { parameters }: Pick<PrivateDatabase, 'parameters'>,
  who: Who,
  use: (visit: Visit) => Promise<Result>,
): Promise<Result> {
  const { host, port, user, password, database } = parameters;
  const client = new pg.Client({ host, port, user, password, database });
  await client.connect();
  const rows: Visit['rows'] = async (text, values) => (await client.query(text, values)).rows as never;
  const become = async (name: Who): Promise<void> => {
    const id = name in PEOPLE ? PEOPLE[name as keyof typeof PEOPLE] : undefined;
    const role = id === undefined ? (name === 'service' ? 'service_role' : 'anon') : 'authenticated';
    await client.query(`set local role ${role}`);
    await client.query(`select set_config('request.jwt.claims', $1, true)`, [
      JSON.stringify({ role, ...(id === undefined ? {} : { sub: id }) }),
    ]);
  };
  try {
    await client.query('begin');
    await become(who);
    return await use({
      rows,
      become,
      value: async (text, values) => Object.values((await rows(text, values))[0] ?? {})[0],
      refused: async (text, values) => {
        await client.query('savepoint attempt');
        try {
          await client.query(text, values);
        } catch (error) {
          await client.query('rollback to savepoint attempt');
          if (error instanceof pg.DatabaseError) return error;
          throw error;
        }
        throw new Error(`this was not refused: ${text}`);
      },
    });
  } finally {
    await client.query('rollback').catch(() => undefined);
    await client.end();
  }
}
