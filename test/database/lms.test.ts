import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer } from '../../src/backends/server.ts';
import { RefusedError } from '../../src/core/errors.ts';
import { directoriesOf } from '../../src/core/project-files.ts';
import { readProject } from '../../src/files/read-project.ts';
import { migrate } from '../../src/operations/migrate.ts';
import cumulative from '../fixtures/lms/cumulative.json' with { type: 'json' };
import enums from '../fixtures/lms/enums.json' with { type: 'json' };
import { catalogOf, countsOf } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { down, serverVersion, succeeded, up } from '../support/lms.ts';
import { contextFor } from '../support/run.ts';

const version = await serverVersion();
const tooOld = version < 150_000;

/** 29 of the baseline, 19 of the evolution. */
const { migrations } = readProject({
  project: 'lms',
  root: process.cwd(),
  directories: directoriesOf('lms'),
});

describe('the files of the lms project', () => {
  it('are 29 of the baseline and 19 of the evolution, each with its rollback', () => {
    const evolution = migrations.filter((migration) => migration.version.startsWith('20251103'));
    expect([migrations.length, evolution.length]).toEqual([48, 19]);
    expect(migrations.filter((migration) => migration.rollback === undefined)).toEqual([]);
    expect(migrations.map(({ version, name }) => `${version}-${name}`)).toEqual(
      cumulative.map(({ file }) => file),
    );
  });

  it('have guards where rows are altered', () => {
    expect(migrations.filter(({ guard }) => guard !== undefined).map(({ name }) => name)).toEqual([
      'alter-courses-table',
      'alter-modules-table',
      'alter-lessons-table',
      'alter-quizzes-table',
      'alter-users-table',
    ]);
  });

  it('say what each migration of the evolution means for those who run it', () => {
    for (const { name, directives } of migrations.filter(({ version }) => version >= '20251103')) {
      expect([name, directives.phase, directives.risk?.level, directives.downtime]).not.toContain(undefined);
      expect(directives.requires.length, name).toBeGreaterThan(0);
    }
  });
});

// Needs PostgreSQL 15: UNIQUE … NULLS NOT DISTINCT and ON DELETE SET NULL (column) are younger than 14.
describe.skipIf(tooOld)('the lms project (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  /** What the catalog held after each migration; before the first one at index 0. */
  const catalogs: string[][] = [];
  beforeAll(async () => {
    database = await privateDatabase();
    catalogs.push(await catalogOf(database.sql));
  });
  afterAll(() => database.drop());

  it('makes after each of the 48 what the specification counts', async () => {
    const found = [];
    for (const migration of migrations) {
      await succeeded(up(database, migration.version));
      found.push({ file: `${migration.version}-${migration.name}`, ...(await countsOf(database.sql)) });
      catalogs.push(await catalogOf(database.sql));
    }
    expect(found).toEqual(cumulative);
  });

  it('has 42 tables with 453 columns, 26 enums, 83 foreign keys, 182 indexes, 26 triggers and one function', async () => {
    expect(await countsOf(database.sql)).toEqual({
      tables: 42,
      enums: 26,
      fks: 83,
      explicit_indexes: 113,
      pg_indexes: 182,
      triggers: 26,
    });
    const [more] = await database.sql(
      `select
         (select count(*) from information_schema.columns where table_schema = 'public')::int as columns,
         (select count(*) from pg_proc where pronamespace = 'public'::regnamespace)::int as functions,
         (select count(*) from pg_policies)::int as policies,
         (select count(*) from pg_class where relnamespace = 'public'::regnamespace and relkind in ('S', 'v', 'm'))::int as others`,
    );
    expect(more).toEqual({ columns: 453, functions: 1, policies: 0, others: 0 });
  });

  it('has the labels of every enum in their order', async () => {
    const rows = await database.sql<{ name: string; labels: string[] }>(
      `select t.typname as name, array_agg(e.enumlabel::text order by e.enumsortorder) as labels
       from pg_type as t join pg_enum as e on e.enumtypid = t.oid group by t.typname`,
    );
    expect(Object.fromEntries(rows.map(({ name, labels }) => [name, labels]))).toEqual(enums);
  });

  it.each<[what: string, query: string]>([
    [
      'a foreign key without an index that leads with its columns',
      `select conrelid::regclass, conname from pg_constraint as k
       where contype = 'f' and connamespace = 'public'::regnamespace and not exists (
         select from pg_index as i where i.indrelid = k.conrelid and i.indpred is null
           and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`,
    ],
    [
      'a foreign key that does not say what deleting does, but the one of sections that goes with its course',
      `select conname from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace
         and confdeltype = 'a' and conname <> 'sections_module_id_course_id_fkey'`,
    ],
    [
      'a table without a comment',
      `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
         and obj_description(oid, 'pg_class') is null`,
    ],
    [
      'a JSON or array column without a comment',
      `select attrelid::regclass, attname from pg_attribute as a join pg_class as c on c.oid = a.attrelid
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
         and a.atttypid in ('jsonb'::regtype, 'text[]'::regtype) and col_description(attrelid, attnum) is null`,
    ],
    [
      'a table with updated_at and without its trigger',
      `select table_name from information_schema.columns as c
       where table_schema = 'public' and column_name = 'updated_at' and not exists (
         select from pg_trigger as t where t.tgrelid = c.table_name::regclass
           and t.tgname = c.table_name || '_set_updated_at' and t.tgenabled = 'O')`,
    ],
    ['a constraint that was not validated', 'select conname from pg_constraint where not convalidated'],
    ['an invalid index', 'select indexrelid::regclass from pg_index where not indisvalid'],
    [
      'a timestamp without time zone',
      `select table_name, column_name from information_schema.columns
       where table_schema = 'public' and data_type = 'timestamp without time zone'`,
    ],
  ])('does not have %s', async (_, query) => {
    expect(await database.sql(query)).toEqual([]);
  });

  it('keeps the audit log from being changed', async () => {
    const [row] = await database.sql<{ acl: string }>(
      `select relacl::text as acl from pg_class where oid = 'audit_logs'::regclass`,
    );
    // a INSERT, r SELECT, x REFERENCES, t TRIGGER; neither w UPDATE on the table, nor d DELETE, nor D TRUNCATE.
    expect(row?.acl.split('/')[0]).not.toMatch(/[wdD]/);
  });

  it('has nothing left to do when it runs again', async () => {
    const again = await succeeded(up(database));
    expect([again.plan?.steps, again.outcomes, again.exitCode]).toEqual([[], [], 0]);
  });

  it('goes down one by one: after each rollback the catalog is what it was before the migration', async () => {
    for (let index = migrations.length - 1; index >= 0; index -= 1) {
      const to = migrations[index - 1]?.version;
      const report = await succeeded(down(database, to));
      expect(report.outcomes.map((outcome) => outcome.version)).toEqual([migrations[index]?.version]);
      expect(await catalogOf(database.sql), migrations[index]?.name).toEqual(catalogs[index]);
    }
  });

  it('leaves nothing in any schema but that of the history', async () => {
    expect(await catalogOf(database.sql)).toEqual(catalogs[0]);
    const left = await database.sql(
      `select n.nspname, c.relname from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
       where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'lms_db')
       union all select n.nspname, t.typname from pg_type as t join pg_namespace as n on n.oid = t.typnamespace
       where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'lms_db')
       union all select n.nspname, p.proname from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
       where n.nspname !~ '^pg_' and n.nspname not in ('information_schema', 'lms_db')`,
    );
    expect(left).toEqual([]);
    const [history] = await database.sql(
      `select (select count(*) from lms_db.migrations)::int as applied,
         (select count(*) from lms_db.events where kind = 'rolled-back')::int as events`,
    );
    expect(history).toEqual({ applied: 0, events: 48 });
  });

  it('goes up again to the same catalog, all at once', async () => {
    const report = await succeeded(up(database));
    expect(report.outcomes.filter(({ status }) => status === 'done')).toHaveLength(48);
    expect(report.counts).toEqual({ tables: 42, enums: 26, indexes: 182 });
    expect(await catalogOf(database.sql)).toEqual(catalogs.at(-1));
  });

  it('goes down all at once, and up to the end again', async () => {
    const report = await succeeded(down(database));
    expect(report.outcomes).toHaveLength(48);
    expect(report.counts).toEqual({ tables: 0, enums: 0, indexes: 0 });
    expect(await catalogOf(database.sql)).toEqual(catalogs[0]);
    await succeeded(up(database));
    expect(await catalogOf(database.sql)).toEqual(catalogs.at(-1));
  });
});

describe.skipIf(tooOld)(
  'the lms project, run by an owner who is no superuser (from PostgreSQL 15 on)',
  () => {
    let database: PrivateDatabase;
    let owned: PrivateDatabase;
    const owner = `owner_${randomUUID().slice(0, 8)}`;
    beforeAll(async () => {
      database = await privateDatabase();
      await database.sql(`create role ${owner} login password 'correct horse'`);
      await database.sql(`alter database ${database.database.name} owner to ${owner}`);
      const parameters = { ...database.parameters, user: owner, password: 'correct horse' };
      owned = { ...database, parameters, database: openServer(parameters) };
    });
    afterAll(async () => {
      await database.sql(`drop owned by ${owner} cascade`);
      await database.sql(`alter database ${database.database.name} owner to current_user`);
      await database.sql(`drop role ${owner}`);
      await database.drop();
    });

    it('goes up', async () => {
      const report = await succeeded(up(owned));
      expect(report.counts).toEqual({ tables: 42, enums: 26, indexes: 182 });
    });

    it('keeps the audit log from being changed even by the owner, and lets users be erased from it', async () => {
      const client = await database.client();
      await client.query(`set role ${owner}`);
      await client.query(`
      insert into roles (name) values ('r');
      insert into users (email, username, password_hash, first_name, last_name, role_id)
      select 'a@b', 'a', 'h', 'f', 'l', id from roles;
      insert into audit_logs (user_id, action, resource_type) select id, 'x', 'y' from users`);
      for (const change of [
        `update audit_logs set action = 'z'`,
        'delete from audit_logs',
        'truncate audit_logs',
      ]) {
        await expect(client.query(change)).rejects.toMatchObject({ code: '42501' });
      }
      await client.query('delete from users');
      const { rows } = await client.query(
        'select count(*)::int, count(user_id)::int as known from audit_logs',
      );
      expect(rows).toEqual([{ count: 1, known: 0 }]);
    });

    it('goes down to nothing', async () => {
      const report = await succeeded(down(owned));
      expect(report.counts).toEqual({ tables: 0, enums: 0, indexes: 0 });
    });
  },
);

describe.skipIf(!tooOld)('the lms project on PostgreSQL 14 (a server from 15 on is not refused)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());

  it('is refused before anything runs', async () => {
    const error: unknown = await up(database).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({
      message: expect.stringMatching(
        /^project lms needs PostgreSQL 15 or newer; this server is 14\.\d+$/,
      ) as string,
      hint: 'upgrade the server, or use another one; nothing was run',
      exitCode: 10,
    });
    expect(await database.sql(`select nspname from pg_namespace where nspname = 'lms_db'`)).toEqual([]);
  });

  it('says so itself in its first file, for those who take the files alone', async () => {
    const report = await migrate(contextFor(database, process.cwd(), { project: 'lms' }), {});
    expect([report.exitCode, report.outcomes[0]?.status]).toEqual([5, 'failed']);
    expect(report.outcomes[0]?.failure?.message).toMatch(
      /^the lms schema needs PostgreSQL 15 or later; this server is 14\./,
    );
    expect(await catalogOf(database.sql)).toEqual([expect.stringMatching(/^schema public /)]);
  });
});
