import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSeedTools } from '../../src/backends/seed/tools.ts';
import type { TargetReport } from '../../src/core/report.ts';
import { readSeeds } from '../../src/files/read-seeds.ts';
import { createSeedReader } from '../../src/files/seed-reader.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { seed } from '../../src/operations/seed.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion, succeeded } from '../support/lms.ts';
import { BASELINE, clientOf, neothinkContext, SHIM, up } from '../support/neothink.ts';
import { contextFor } from '../support/run.ts';
import { brokenNames, verified } from '../support/verify.ts';

const root = process.cwd();
const tooOld = (await serverVersion()) < 150_000;

const REFERENCE = { tenants: 4, tenant_roles: 12, permissions: 14, role_permissions: 88 };
const DEMO = {
  profiles: 4,
  tenant_users: 8,
  content_modules: 4,
  lessons: 5,
  assessments: 1,
  assessment_questions: 3,
  learning_groups: 1,
  learning_group_members: 2,
  learning_group_content: 1,
};

function load(database: PrivateDatabase, environment: string, force = false): Promise<TargetReport> {
  const history = { schema: 'lms_db', project: 'neothink', run: randomUUID(), actor: 'a', toolVersion: '0' };
  return succeeded(
    seed(
      contextFor(database, root, { project: 'neothink', environment: { name: environment, explicit: true } }),
      {
        only: [],
        force,
        maxErrors: 1,
        files: (name) => readSeeds({ root, directory: 'seeds/neothink', environment: name }),
      },
      createSeedTools(history, createSeedReader(root)),
    ),
  );
}

function upOnProduction(database: PrivateDatabase, to?: string): Promise<TargetReport> {
  const environment = { name: 'production', explicit: true };
  return succeeded(migrate(contextFor(database, root, { project: 'neothink', environment }), { to }));
}

/** All rows of tables. */
async function rowsOf(
  { sql }: PrivateDatabase,
  tables: readonly string[],
): Promise<Readonly<Record<string, unknown[]>>> {
  const found: Record<string, unknown[]> = {};
  for (const table of tables) found[table] = await sql(`select * from ${table} order by id`);
  return found;
}

async function countsOf(database: PrivateDatabase, tables: object): Promise<Record<string, number>> {
  const rows = await rowsOf(database, Object.keys(tables));
  return Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.length]));
}

/** What every tenant is and may, without ids. */
function platforms({ sql }: PrivateDatabase): Promise<unknown[]> {
  return sql(
    `select t.slug, t.settings, t.branding, r.slug as role,
       (select array_agg(p.slug order by p.slug) from role_permissions as g join permissions as p on p.id = g.permission_id
        where g.tenant_role_id = r.id) as permissions
     from tenants as t join tenant_roles as r on r.tenant_id = t.id order by 1, 4`,
  );
}

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the neothink seeds (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database));
  });
  afterAll(() => database.drop());

  it('load four platforms, their roles with 14, 6 and 2 permissions, and the demo', async () => {
    const report = await load(database, 'development');
    expect(report.seeds?.filter(({ status }) => status !== 'loaded')).toEqual([]);
    expect(await countsOf(database, { ...REFERENCE, ...DEMO })).toEqual({ ...REFERENCE, ...DEMO });
    expect(
      await database.sql(
        `select branding #>> '{colors,primary}' as color, branding #>> '{logo,full}' as logo from tenants order by slug`,
      ),
    ).toEqual([
      { color: '#FF5722', logo: 'https://assets.neothink.io/ascenders/logo-full.png' },
      { color: '#1A73E8', logo: 'https://assets.neothink.io/hub/logo-full.png' },
      { color: '#673AB7', logo: 'https://assets.neothink.io/immortals/logo-full.png' },
      { color: '#009688', logo: 'https://assets.neothink.io/neothinkers/logo-full.png' },
    ]);
  });

  it('satisfy every check of the project, and the built-in ones', async () => {
    const { verification } = await verified(await neothinkContext(database));
    expect(brokenNames(verification)).toEqual([]);
  });

  it('change nothing when they run twice, even when they are made to', async () => {
    const tables = Object.keys({ ...REFERENCE, ...DEMO });
    const before = await rowsOf(database, tables);
    expect((await load(database, 'development')).seeds?.every(({ status }) => status === 'unchanged')).toBe(
      true,
    );
    await load(database, 'development', true);
    expect(await rowsOf(database, tables)).toEqual(before);
  });

  it('do not bring back what a platform has taken from a role, nor what it has set itself', async () => {
    await database.sql(
      `delete from role_permissions where permission_id = (select id from permissions where slug = 'users:view');
       update tenants set name = 'Mine', branding = jsonb_set(branding, '{colors,primary}', '"#000000"') where slug = 'hub'`,
    );
    const before = await platforms(database);
    await load(database, 'development', true);
    expect(await platforms(database)).toEqual(before);
    expect(await database.sql(`select name from tenants where slug = 'hub'`)).toEqual([{ name: 'Mine' }]);
  });

  it('give people who see what they should', async () => {
    const [vera] = await database.sql<{ id: string }>(
      `select id from profiles where email = 'vera@neothink.example'`,
    );
    const client = clientOf(database, vera?.id);
    expect(await client.rows('select title from content_modules')).toEqual([{ title: 'Finding your way' }]);
    expect(await client.effect('select * from published_questions')).toBe(3);
    expect(await client.effect('select * from learning_group_members')).toBe(2);
  });

  it('give the same platforms whether they come after the plan or before it (N-2)', async () => {
    const [late, early] = [await privateDatabase(), await privateDatabase()];
    try {
      await upOnProduction(late);
      await load(late, 'production');
      await upOnProduction(early, BASELINE);
      await load(early, 'production');
      await upOnProduction(early);
      expect(await countsOf(early, REFERENCE)).toEqual(REFERENCE);
      expect(await platforms(early)).toEqual(await platforms(late));
      expect(await platforms(early)).toHaveLength(12);
    } finally {
      await Promise.all([late.drop(), early.drop()]);
    }
  });

  it('come without the demo on production', async () => {
    const other = await privateDatabase();
    try {
      await upOnProduction(other);
      const report = await load(other, 'production');
      expect(report.seeds?.map(({ set }) => set)).toEqual(Array(4).fill('reference'));
      expect(await other.sql('select id from auth.users')).toEqual([]);
    } finally {
      await other.drop();
    }
  });

  it('make no users on Supabase, and take those that the Auth API has made with the same addresses', async () => {
    const supabase = await privateDatabase();
    try {
      await succeeded(up(supabase, SHIM));
      await supabase.sql(
        `delete from lms_db.supabase_shim;
         insert into auth.users (email) values ('vera@neothink.example'), ('somebody@example.org')`,
      );
      await succeeded(up(supabase));
      await load(supabase, 'development');
      expect(await supabase.sql('select email from auth.users order by 1')).toEqual([
        { email: 'somebody@example.org' },
        { email: 'vera@neothink.example' },
      ]);
      expect(await supabase.sql('select email from profiles')).toEqual([{ email: 'vera@neothink.example' }]);
      expect(await countsOf(supabase, { tenant_users: 0, content_modules: 0, learning_groups: 0 })).toEqual({
        tenant_users: 1,
        content_modules: 4,
        learning_groups: 0,
      });
    } finally {
      await supabase.drop();
    }
  });
});
