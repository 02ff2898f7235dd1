import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeedTools } from '../../src/backends/seed/tools.ts';
import type { TargetReport } from '../../src/core/report.ts';
import { createSeedReader } from '../../src/files/seed-reader.ts';
import { readSeeds } from '../../src/files/read-seeds.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { seed } from '../../src/operations/seed.ts';
import type { SeedRequest } from '../../src/operations/seed.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import {
  chunksOnDisk,
  down,
  enpycoContext,
  offersVector,
  ORIGINAL,
  statusesOf,
  up,
} from '../support/enpyco.ts';
import { DEGRADED } from '../support/enpyco-violations.ts';
import { succeeded } from '../support/lms.ts';
import { contextFor } from '../support/run.ts';
import type { RunOptions } from '../support/run.ts';
import { brokenNames, verified } from '../support/verify.ts';

const root = process.cwd();
const always = (await offersVector()) ? [] : [DEGRADED];

function load(
  database: PrivateDatabase,
  request: Partial<Pick<SeedRequest, 'only' | 'force'>> = {},
  options: RunOptions = {},
): Promise<TargetReport> {
  const history = { schema: 'lms_db', project: 'enpyco', run: randomUUID(), actor: 'a', toolVersion: '0' };
  return seed(
    contextFor(database, root, { ...options, project: 'enpyco' }),
    {
      only: [],
      force: false,
      maxErrors: 1,
      files: (environment) => readSeeds({ root, directory: 'seeds/enpyco', environment }),
      ...request,
    },
    createSeedTools(history, createSeedReader(root)),
  );
}

const TABLES = ['companies', 'users', 'content_blocks', 'projects', 'past_projects', 'section_templates'];

describe('the enpyco seeds', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database));
  });
  afterAll(() => database.drop());

  async function everything(): Promise<Record<string, unknown[]>> {
    const rows: Record<string, unknown[]> = {};
    for (const table of TABLES) rows[table] = await database.sql(`select * from ${table} order by id`);
    return rows;
  }
  const counted = async (): Promise<Record<string, number>> =>
    Object.fromEntries(Object.entries(await everything()).map(([table, rows]) => [table, rows.length]));

  it('E-2: load the demo, as many rows as the specification says', async () => {
    const before = await counted();
    const report = await load(database);
    expect(report).toMatchObject({ exitCode: 0, findings: [] });
    expect(report.seeds?.map(({ set, status }) => `${set} ${status}`)).toEqual(
      Array(7).fill('development loaded'),
    );
    const after = await counted();
    expect(TABLES.map((table) => (after[table] ?? 0) - (before[table] ?? 0))).toEqual([1, 3, 7, 1, 1, 1]);
    expect(await database.sql('select count(distinct type)::int as types from content_blocks')).toEqual([
      { types: 7 },
    ]);
    expect(
      await database.sql(
        `select users.email, users.role from users join companies on companies.id = company_id
         where companies.name = 'Enpyco Demo Company' order by users.email`,
      ),
    ).toEqual([
      { email: 'admin@enpyco.com', role: 'admin' },
      { email: 'user@enpyco.com', role: 'user' },
      { email: 'viewer@enpyco.com', role: 'viewer' },
    ]);
  });

  it('change nothing when they run twice, even when they are made to', async () => {
    const before = await everything();
    expect((await load(database)).seeds?.every(({ status }) => status === 'unchanged')).toBe(true);
    const forced = await load(database, { force: true });
    expect(forced.error).toBeUndefined();
    expect(forced.seeds?.map(({ counts }) => [counts?.inserted, counts?.updated])).toEqual(
      forced.seeds?.map(() => [0, 0]),
    );
    expect(await everything()).toEqual(before);
  });

  it('hold passwords as bcrypt hashes of what the file says', async () => {
    await database.sql('create extension pgcrypto');
    expect(
      await database.sql(
        `select count(*)::int as n, count(distinct password_hash)::int as different from users
         where password_hash ~ '^\\$2[ab]\\$10\\$.{53}$' and crypt('password123', password_hash) = password_hash`,
      ),
    ).toEqual([{ n: 3, different: 3 }]);
    await database.sql('drop extension pgcrypto');
  });

  it('satisfy the checks of the project and the built-in ones', async () => {
    const { verification, exitCode } = await verified(await enpycoContext(database));
    expect([exitCode, ...brokenNames(verification)]).toEqual([0, ...always]);
  });

  it('fill the original schema too, with rows that come along to companies and back', async () => {
    const other = await privateDatabase();
    try {
      await succeeded(up(other, ORIGINAL));
      const report = await load(other, { only: ['005-original-schema'] });
      expect(report.seeds?.map(({ status }) => status)).toEqual(['loaded']);
      const statuses = await statusesOf(other.sql);
      const chunks = await chunksOnDisk(other.sql);
      expect([[...statuses.values()].sort(), chunks.length]).toEqual([
        ['analyzing', 'draft', 'in_progress', null, 'submitted'],
        2,
      ]);
      await succeeded(up(other));
      expect([...(await statusesOf(other.sql)).values()].sort()).toEqual([
        'draft',
        'draft',
        'matching',
        'rc_analyzing',
        'submitted',
      ]);
      expect(await chunksOnDisk(other.sql)).toEqual(chunks);
      await succeeded(down(other, ORIGINAL));
      expect(await statusesOf(other.sql)).toEqual(statuses);
    } finally {
      await other.drop();
    }
  });

  it('E-13: stay away from production, with their known password', async () => {
    const other = await privateDatabase();
    try {
      const environment = { name: 'production', explicit: true };
      await succeeded(migrate(contextFor(other, root, { project: 'enpyco', environment }), {}));
      const report = await load(other, {}, { environment });
      expect(report.seeds).toEqual([]);
      expect(await other.sql('select email from users')).toEqual([{ email: 'migration@enpyco.invalid' }]);
    } finally {
      await other.drop();
    }
  });
});
