import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RefusedError } from '../../src/core/errors.ts';
import type { Picture } from '../../src/core/picture.ts';
import { directoriesOf } from '../../src/core/project-files.ts';
import { kindOf } from '../../src/core/statement-kind.ts';
import { splitStatements } from '../../src/core/statements.ts';
import { readProject } from '../../src/files/read-project.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { countsOf } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion, succeeded } from '../support/lms.ts';
import { BASELINE, changesOf, down, keptTables, NEWEST, pictureOf, SHIM, up } from '../support/neothink.ts';
import { contextFor } from '../support/run.ts';

const tooOld = (await serverVersion()) < 150_000;

const { migrations } = readProject({
  project: 'neothink',
  root: process.cwd(),
  directories: directoriesOf('neothink'),
});

/** After each migration: tables, enums, foreign keys, explicit indexes, indexes, triggers, policies of public. */
const STAGES = [
  ['supabase-shim', 0, 0, 0, 0, 0, 0, 0],
  ['neothink-baseline', 16, 0, 15, 7, 30, 9, 0],
  ['permission-system', 16, 0, 15, 7, 30, 9, 0],
  ['tenant-configuration', 16, 0, 15, 7, 30, 9, 0],
  ['security-enhancements', 16, 0, 15, 7, 30, 9, 26],
  ['enhanced-user-profiles', 16, 0, 15, 7, 30, 10, 26],
  ['guardian-relationships', 17, 0, 17, 8, 33, 12, 29],
  ['subscription-management', 19, 0, 20, 11, 39, 13, 31],
  ['content-types-system', 20, 0, 24, 14, 44, 14, 33],
  ['content-localization', 22, 0, 26, 17, 51, 15, 37],
  ['assessment-system', 25, 0, 31, 21, 59, 18, 42],
  ['learning-groups', 28, 0, 38, 25, 69, 21, 48],
  ['engagement-tracking', 29, 0, 39, 28, 73, 21, 50],
  ['database-optimization', 29, 0, 39, 40, 85, 21, 50],
] as const;

/** The impact assessment of the plan: phase, risk, what it depends on, whether the application has to change. */
const IMPACT: Readonly<Record<string, readonly [phase: number, risk: string, on: readonly string[]]>> = {
  'permission-system': [1, 'medium', []],
  'tenant-configuration': [1, 'low', []],
  'security-enhancements': [1, 'high', ['permission-system']],
  'enhanced-user-profiles': [2, 'medium', []],
  'guardian-relationships': [2, 'medium', ['enhanced-user-profiles']],
  'subscription-management': [2, 'medium', ['enhanced-user-profiles']],
  'content-types-system': [3, 'medium', []],
  'content-localization': [3, 'medium', ['content-types-system']],
  'assessment-system': [4, 'medium', []],
  'learning-groups': [4, 'medium', []],
  'engagement-tracking': [5, 'medium', []],
  'database-optimization': [5, 'medium', STAGES.slice(2, -1).map(([name]) => name)],
};

describe('the files of the neothink project', () => {
  it('are the shim, a baseline and the twelve migrations of the plan, each with its rollback (N-33)', () => {
    expect(migrations.map(({ name }) => name)).toEqual(STAGES.map(([name]) => name));
    expect(migrations.filter(({ rollback }) => rollback === undefined)).toEqual([]);
  });

  it('say what the plan says of each: phase, risk, downtime, application (N-34)', () => {
    const said = migrations.slice(2).map(({ name, directives }) => [
      name,
      {
        phase: Number(/^(\d) of 5: /.exec(directives.phase ?? '')?.[1]),
        risk: directives.risk?.level,
        downtime: directives.downtime,
      },
    ]);
    expect(Object.fromEntries(said)).toEqual(
      Object.fromEntries(
        Object.entries(IMPACT).map(([name, [phase, risk]]) => [name, { phase, risk, downtime: 'none' }]),
      ),
    );
    for (const { name, directives } of migrations.slice(5)) {
      expect(directives.appChange, name).toBeDefined();
    }
  });

  it('require what the plan says they depend on, and what they really use (N-34)', () => {
    const versionOf = new Map(migrations.map(({ name, version }) => [name, version]));
    for (const { name, directives, version } of migrations.slice(2)) {
      const dependencies = (IMPACT[name]?.[2] ?? []).map((dependency) => versionOf.get(dependency));
      expect(directives.requires, name).toEqual(expect.arrayContaining(dependencies));
      expect(
        directives.requires.every((required) => required < version),
        name,
      ).toBe(true);
    }
    // The plan says "none" of these, but their policies call the helpers of its third migration.
    for (const name of ['assessment-system', 'learning-groups', 'engagement-tracking']) {
      const migration = migrations.find((candidate) => candidate.name === name);
      expect(migration?.directives.requires).toContain(versionOf.get('security-enhancements'));
    }
  });

  it('build the indexes of tables in use concurrently, and nothing else outside a transaction (N-31)', () => {
    const off = migrations.filter(({ directives }) => !directives.transaction);
    expect(off.map(({ name }) => name)).toEqual(['database-optimization']);
    const text = off[0]?.script.text ?? '';
    const builds = splitStatements(text)
      .statements.map((statement) => kindOf(text, statement).action)
      .filter((action) => action.kind === 'create-index');
    expect(builds.map(({ concurrently, table }) => [table.name, concurrently])).toEqual([
      ['profiles', true],
      ['tenant_users', true],
      ['tenant_users', true],
      ['content_modules', true],
      ['lessons', true],
      ['content_versions', true],
      ['learning_progress', true],
      ['learning_progress', true],
      ['activity_feed', true],
      ['activity_feed', true],
      ['social_interactions', true],
      // Made by the same file, and empty: nobody can be waiting for it.
      ['user_platform_access', false],
    ]);
  });
});

// Needs PostgreSQL 15: UNIQUE … NULLS NOT DISTINCT and security_invoker are younger than 14.
describe.skipIf(tooOld)('the neothink project (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  /** The schema after each migration; before the first one at index 0. */
  const pictures: Picture[] = [];
  /** What the migrations keep for their rollbacks, at the same moments. */
  const kept: (readonly string[])[] = [];
  beforeAll(async () => {
    database = await privateDatabase();
    pictures.push(await pictureOf(database));
    kept.push([]);
  });
  afterAll(() => database.drop());

  it('goes up on a bare server, and makes after each migration what the specification counts (N-1)', async () => {
    const found = [];
    for (const { version, name } of migrations) {
      await succeeded(up(database, version));
      const counts = await countsOf(database.sql);
      const [policies] = await database.sql<{ n: number }>(
        `select count(*)::int as n from pg_policies where schemaname = 'public'`,
      );
      const { tables, enums, fks, explicit_indexes, pg_indexes, triggers } = counts;
      found.push([name, tables, enums, fks, explicit_indexes, pg_indexes, triggers, policies?.n]);
      pictures.push(await pictureOf(database));
      kept.push(await keptTables(database));
    }
    expect(found).toEqual(STAGES);
  });

  it('has three functions in public, eight in app_private, three views, and few columns that clients write', async () => {
    const [row] = await database.sql(
      `select
         (select count(*) from pg_proc where pronamespace = 'public'::regnamespace)::int as public,
         (select count(*) from pg_proc where pronamespace = 'app_private'::regnamespace)::int as private,
         (select array_agg(relname::text order by relname) from pg_class
          where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')) as views,
         (select count(*) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace)::int as sequences`,
    );
    expect(row).toEqual({
      public: 3,
      private: 8,
      views: ['engagement_metrics', 'published_questions', 'user_platform_access'],
      sequences: 0,
    });
    const columns = await database.sql<{ table: string; writable: string[] }>(
      `select attrelid::regclass::text as "table", array_agg(attname::text || ' ' || privilege_type order by 1) as writable
       from pg_attribute, aclexplode(attacl) as acl join pg_roles as r on r.oid = acl.grantee
       where r.rolname = 'authenticated' group by 1 order by 1`,
    );
    expect(columns.map(({ table, writable }) => [table, writable.length])).toEqual([
      ['assessment_attempts', 4],
      ['guardian_relationships', 3],
      ['profiles', 26],
      ['tenants', 2],
    ]);
  });

  it('has nothing of its own in auth and storage, where Supabase lets nobody create (N-10)', () => {
    const foreign = (picture: Picture | undefined): readonly string[] =>
      (picture?.objects ?? [])
        .filter(
          ({ schema, on }) => /^(?:auth|storage)$/.test(schema ?? '') || /^(?:auth|storage)\./.test(on ?? ''),
        )
        .map(({ kind, name, facts }) => `${kind} ${name} ${JSON.stringify(facts)}`);
    expect(foreign(pictures[1]).length).toBeGreaterThan(0);
    expect(foreign(pictures.at(-1))).toEqual(foreign(pictures[1]));
  });

  it.each<[what: string, query: string]>([
    [
      'a table, view or function of the API without a comment',
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm')
         and obj_description(oid, 'pg_class') is null
       union all select proname from pg_proc where pronamespace in ('public'::regnamespace, 'app_private'::regnamespace)
         and obj_description(oid, 'pg_proc') is null`,
    ],
    [
      'a JSON or array column without a comment',
      `select attrelid::regclass, attname from pg_attribute as a join pg_class as c on c.oid = a.attrelid
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
         and a.atttypid in ('jsonb'::regtype, 'text[]'::regtype) and col_description(attrelid, attnum) is null`,
    ],
    [
      'a timestamp without time zone',
      `select table_name, column_name from information_schema.columns
       where table_schema = 'public' and data_type = 'timestamp without time zone'`,
    ],
    [
      'a default that needs an extension',
      `select adrelid::regclass from pg_attrdef where pg_get_expr(adbin, adrelid) like '%uuid_generate%'`,
    ],
  ])('does not have %s', async (_, query) => {
    expect(await database.sql(query)).toEqual([]);
  });

  it('has nothing left to do when it runs again (N-32)', async () => {
    const again = await succeeded(up(database));
    expect([again.plan?.steps, again.outcomes, again.exitCode]).toEqual([[], [], 0]);
  });

  it('goes down one by one: after each rollback the schema is what it was before the migration (N-33)', async () => {
    for (let index = migrations.length - 1; index >= 0; index -= 1) {
      const report = await succeeded(down(database, migrations[index - 1]?.version));
      const before = pictures[index];
      if (before === undefined) throw new Error('there is no picture');
      expect(report.outcomes.map(({ version }) => version)).toEqual([migrations[index]?.version]);
      expect(changesOf(before, await pictureOf(database)), migrations[index]?.name).toEqual([]);
      expect(await keptTables(database), migrations[index]?.name).toEqual(kept[index]);
    }
  });

  it('leaves nothing but the roles of the API, which belong to the whole cluster', async () => {
    expect(
      await database.sql(
        `select nspname from pg_namespace where nspname !~ '^pg_' and nspname not in ('information_schema', 'public', 'lms_db')`,
      ),
    ).toEqual([]);
    expect(
      await database.sql(
        `select rolname from pg_roles where rolname in ('anon', 'authenticated', 'service_role') order by 1`,
      ),
    ).toHaveLength(3);
  });

  it('goes up again to the same schema, all at once, and down and up once more', async () => {
    const [first, last] = [pictures[0], pictures.at(-1)];
    if (first === undefined || last === undefined) throw new Error('there are no pictures');
    for (let round = 1; round <= 2; round += 1) {
      const report = await succeeded(up(database));
      expect(report.outcomes.map(({ status }) => status)).toEqual(Array(14).fill('done'));
      expect(changesOf(last, await pictureOf(database))).toEqual([]);
      await succeeded(down(database));
      expect(changesOf(first, await pictureOf(database))).toEqual([]);
    }
  });
});

describe.skipIf(tooOld)(
  'the neothink project, where Supabase has been before (from PostgreSQL 15 on)',
  () => {
    let database: PrivateDatabase;
    beforeAll(async () => {
      // Another project of the cluster has made the roles.
      database = await privateDatabase();
      await succeeded(up(database, SHIM));
      // What the platform brings along: the rollback must not take it away.
      await database.sql('delete from lms_db.supabase_shim');
      // A platform that is more careful with anon than most.
      await database.sql(
        'alter default privileges in schema public revoke insert, update, delete, truncate on tables from anon',
      );
    });
    afterAll(() => database.drop());

    it('gives back the privileges that were there, not those that are usual', async () => {
      await succeeded(up(database, BASELINE));
      const before = await pictureOf(database);
      await succeeded(up(database, NEWEST));
      await succeeded(down(database, BASELINE));
      expect(changesOf(before, await pictureOf(database))).toEqual([]);
      const [row] = await database.sql(
        `select has_table_privilege('anon', 'tenants', 'select') as reads, has_table_privilege('anon', 'tenants', 'insert') as writes`,
      );
      expect(row).toEqual({ reads: true, writes: false });
    });

    it('leaves auth and storage where they were', async () => {
      await succeeded(down(database));
      expect(await database.sql(`select to_regclass('auth.users') is not null as there`)).toEqual([
        { there: true },
      ]);
    });
  },
);

describe.skipIf(!tooOld)('the neothink project on PostgreSQL 14 (a server from 15 on is not refused)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());

  it('is refused before anything runs', async () => {
    const error: unknown = await up(database).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/^project neothink needs PostgreSQL 15 or newer/) as string,
    });
  });

  it('says so itself in its baseline, for those who take the files alone', async () => {
    const report = await migrate(contextFor(database, process.cwd(), { project: 'neothink' }), {});
    expect(report.outcomes.find(({ status }) => status === 'failed')?.failure?.message).toMatch(
      /^the neothink schema needs PostgreSQL 15 or later; this server is 14\./,
    );
  });
});
