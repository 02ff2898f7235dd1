import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomUUID } from 'node:crypto';
import { createSeedTools } from '../../src/backends/seed/tools.ts';
import type { TargetReport } from '../../src/core/report.ts';
import { readSeeds } from '../../src/files/read-seeds.ts';
import { createSeedReader } from '../../src/files/seed-reader.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { seed } from '../../src/operations/seed.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion } from '../support/lms.ts';
import { contextFor } from '../support/run.ts';
import type { RunOptions } from '../support/run.ts';

const root = process.cwd();

// Needs PostgreSQL 15, as the whole project.
const supported = (await serverVersion()) >= 150_000;

let database: PrivateDatabase;
beforeAll(async () => {
  if (!supported) return;
  database = await privateDatabase();
  const up = await migrate(contextFor(database, root, { project: 'lms' }), {});
  expect(up.error).toBeUndefined();
});
afterAll(async () => {
  if (supported) await database.drop();
});

function load(force: boolean, options: RunOptions = {}): Promise<TargetReport> {
  const history = { schema: 'lms_db', project: 'lms', run: randomUUID(), actor: 'a', toolVersion: '0' };
  return seed(
    contextFor(database, root, { ...options, project: 'lms' }),
    {
      only: [],
      force,
      maxErrors: 1,
      files: (environment) => readSeeds({ root, directory: 'seeds/lms', environment }),
    },
    createSeedTools(history, createSeedReader(root)),
  );
}

const TABLES = {
  roles: 3,
  permissions: 26,
  role_permissions: 51,
  content_workflows: 4,
  academies: 3,
  departments: 3,
  users: 6,
  categories: 2,
  courses: 4,
  modules: 8,
  sections: 12,
  lessons: 30,
  quizzes: 10,
  enrollments: 20,
};

async function everything(): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const table of Object.keys(TABLES))
    rows[table] = await database.sql(`select * from ${table} order by id`);
  return rows;
}

describe.skipIf(!supported)('the lms seeds (from PostgreSQL 15 on)', () => {
  it('load the reference data and the demo, as many rows as the specification says', async () => {
    const report = await load(false);
    expect(report.seeds?.filter(({ status }) => status !== 'loaded')).toEqual([]);
    expect(report).toMatchObject({ exitCode: 0, findings: [] });
    const rows = await everything();
    // The third academy is the default one, which a migration made.
    expect(Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.length]))).toEqual(
      TABLES,
    );
    expect(
      await database.sql(`select roles.name, count(*)::int as n from role_permissions join roles on roles.id = role_id
        where academy_id is null group by 1 order by 1`),
    ).toEqual([
      { name: 'admin', n: 26 },
      { name: 'instructor', n: 21 },
      { name: 'student', n: 4 },
    ]);
    expect(await database.sql(`select slug from academies where is_default`)).toEqual([{ slug: 'default' }]);
  });

  it('change nothing when they run twice, even when they are made to', async () => {
    const before = await everything();
    expect((await load(false)).seeds?.every(({ status }) => status === 'unchanged')).toBe(true);
    expect((await load(true)).error).toBeUndefined();
    expect(await everything()).toEqual(before);
  });

  it('hold passwords as bcrypt hashes of what the file says', async () => {
    await database.sql('create extension pgcrypto');
    expect(
      await database.sql(
        `select count(*)::int as n from users where password_hash ~ '^\\$2[ab]\\$10\\$.{53}$' and crypt('lms-demo', password_hash) = password_hash`,
      ),
    ).toEqual([{ n: 6 }]);
    await database.sql('drop extension pgcrypto');
  });

  it('satisfy the checks of the project', async () => {
    const { readProject } = await import('../../src/files/read-project.ts');
    const { directoriesOf } = await import('../../src/core/project-files.ts');
    const { judge } = await import('../../src/core/expectation.ts');
    const { checks } = readProject({ project: 'lms', root, directories: directoriesOf('lms') });
    // Those that hold for the newest version.
    const all = checks.flatMap((file) => file.checks).filter(({ until }) => until === undefined);
    const failed: string[] = [];
    for (const check of all) {
      const verdict = judge(check.expectation, await database.sql(check.sql));
      if (!verdict.passed) failed.push(`${check.name}: ${verdict.got}`);
    }
    expect(all.length).toBeGreaterThan(0);
    expect(failed).toEqual([]);
  });

  it('come without the demo on production', async () => {
    const other = await privateDatabase();
    try {
      const environment = { name: 'production', explicit: true };
      await migrate(contextFor(other, root, { project: 'lms', environment }), {});
      const before = database;
      database = other;
      const report = await load(false, { environment });
      database = before;
      expect(report.seeds?.map(({ set }) => set)).toEqual(Array(4).fill('reference'));
      expect(await other.sql('select count(*)::int as n from users')).toEqual([{ n: 0 }]);
    } finally {
      await other.drop();
    }
  });
});
