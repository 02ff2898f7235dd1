import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { temporaryProject } from '../support/project.ts';
import type { TemporaryProject } from '../support/project.ts';
import { verified, verifyContext } from '../support/verify.ts';

const tenancy = { column: 'tenant', root: 'tenants' };

let database: PrivateDatabase;
let project: TemporaryProject;

beforeEach(async () => {
  database = await privateDatabase();
  project = temporaryProject({ 'migrations/.keep': '' });
  await database.sql(`create table tenants (id int primary key, name text);
    insert into tenants values (1, 'one'), (2, 'two')`);
});
afterEach(async () => {
  project.dispose();
  await database.drop();
});

async function crossings(sql: string, check = 'reference-across-tenants') {
  await database.sql(sql);
  const context = verifyContext(database, project.root, { tenancy });
  const { verification } = await verified(context, { only: [check] });
  const [result] = verification.builtin;
  if (result === undefined) throw new Error('it did not run');
  return result;
}

const owned = (name: string, more = ''): string =>
  `create table ${name} (id int primary key, tenant int references tenants ${more === '' ? '' : `, ${more}`});`;

describe('reference-across-tenants', () => {
  it('shows the row, its tenant, the reference and the tenant of its parent', async () => {
    const { findings } =
      await crossings(`${owned('courses')} ${owned('lessons', 'course int references courses')}
      insert into courses values (10, 1), (11, 2); insert into lessons values (20, 1, 10), (21, 2, 10), (22, 2, 11)`);
    expect(findings).toMatchObject([
      {
        object: 'public.lessons',
        problem: '1 row of lessons with a parent of another tenant: tenant, course → courses',
        offenders: [{ id: 21, tenant: 2, course: 10, 'course → courses.tenant': 1 }],
      },
    ]);
  });

  it('follows chains through parents that name no tenant', async () => {
    const { findings } = await crossings(`${owned('courses')}
      create table sections (id int primary key, course int references courses);
      create table parts (id int primary key, section int references sections);
      ${owned('lessons', 'part int references parts')}
      insert into courses values (10, 1); insert into sections values (20, 10); insert into parts values (30, 20);
      insert into lessons values (40, 2, 30), (41, 1, 30), (42, null, 30), (43, 2, null)`);
    expect(findings.map(({ problem }) => problem)).toEqual([
      '1 row of lessons with a parent of another tenant: tenant, part → parts → sections → courses',
    ]);
    expect(findings[0]?.offenders).toEqual([{ id: 40, tenant: 2, part: 30, 'part → courses.tenant': 1 }]);
  });

  it('finds a row without a tenant of its own between parents of two', async () => {
    const { findings } = await crossings(`${owned('courses')}
      create table prerequisites (course int references courses, needs int references courses, primary key (course, needs));
      insert into courses values (10, 1), (11, 1), (12, 2);
      insert into prerequisites values (10, 11), (10, 12)`);
    expect(findings.map(({ problem }) => problem)).toEqual([
      '1 row of prerequisites with parents of two tenants: course → courses, needs → courses',
    ]);
    expect(findings[0]?.offenders).toEqual([
      { course: 10, needs: 12, 'course → courses.tenant': 1, 'needs → courses.tenant': 2 },
    ]);
  });

  it('works with composite keys, a root in another schema, and columns of another type', async () => {
    await database.sql(`create schema app; create table app.orgs (org uuid primary key);
      create table app.teams (a int, b int, org uuid references app.orgs, primary key (a, b));
      create table app.tasks (id int primary key, org text, a int, b int, foreign key (a, b) references app.teams (a, b));
      insert into app.orgs values ('00000000-0000-0000-0000-000000000001'), ('00000000-0000-0000-0000-000000000002');
      insert into app.teams values (1, 2, '00000000-0000-0000-0000-000000000001');
      insert into app.tasks values (1, '00000000-0000-0000-0000-000000000001', 1, 2), (2, '00000000-0000-0000-0000-000000000002', 1, 2)`);
    const context = verifyContext(database, project.root, { tenancy: { column: 'org', root: 'app.orgs' } });
    const { verification } = await verified(context, { only: ['reference-across-tenants'] });
    expect(verification.builtin[0]?.findings.map(({ offenders }) => offenders?.length)).toEqual([1]);
    expect(verification.builtin[0]?.findings[0]?.object).toBe('app.tasks');
  });

  it('asks nothing where the key carries the tenant, and lets null stand for all tenants', async () => {
    const { findings, untried } =
      await crossings(`create table groups (id int primary key, tenant int references tenants, unique (id, tenant));
      create table members (id int primary key, tenant int references tenants, group_id int, foreign key (group_id, tenant) references groups (id, tenant));
      ${owned('rules')} ${owned('uses', 'rule int references rules')}
      insert into groups values (1, 1); insert into members values (1, 1, 1);
      insert into rules values (1, null); insert into uses values (1, 1, 1), (2, 2, 1)`);
    expect(findings).toEqual([]);
    expect(untried).toEqual([]);
  });

  it('sees a row that refers to another tenant itself, a table above itself, and a partitioned table', async () => {
    const { findings } =
      await crossings(`create table mails (id int primary key, tenant int references tenants, recipient int references tenants);
      create table folders (id int primary key, tenant int references tenants, parent int references folders);
      create table logs (id int, tenant int references tenants, folder int references folders, primary key (id, tenant)) partition by list (tenant);
      create table logs_1 partition of logs for values in (1);
      insert into mails values (1, 1, 2); insert into folders values (1, 1, null), (2, 2, 1); insert into logs values (1, 1, 2)`);
    expect(findings.map(({ problem }) => problem)).toEqual([
      '1 row of folders with a parent of another tenant: tenant, parent → folders',
      '1 row of logs with a parent of another tenant: tenant, folder → folders',
      '1 row of mails with a parent of another tenant: tenant, recipient → tenants',
    ]);
  });

  it('gives a statement that runs, and mends it', async () => {
    const { findings } =
      await crossings(`${owned('courses')} ${owned('lessons', 'course int references courses')}
      create table pairs (a int references courses, b int references courses);
      insert into courses values (10, 1), (11, 2); insert into lessons values (21, 2, 10); insert into pairs values (10, 11)`);
    expect(findings).toHaveLength(2);
    for (const { fix } of findings) await database.sql(fix);
    expect((await crossings('select 1')).findings).toEqual([]);
  });
});

describe('tenancy', () => {
  it('is skipped where the config names none, and where no table has the column', async () => {
    const none = await verified(verifyContext(database, project.root), { only: ['tenant-null'] });
    expect(none.verification.builtin[0]?.skipped).toBe('the config names no tenancy');
    expect((await crossings('select 1')).skipped).toBe('no table has a column tenant');
  });

  it('refuses a root that does not exist although there are tenant tables', async () => {
    await database.sql(owned('courses'));
    const context = verifyContext(database, project.root, { tenancy: { column: 'tenant', root: 'tenats' } });
    await expect(verified(context)).rejects.toThrow(
      'tenancy.root: there is no table tenats, although tables have a column tenant',
    );
  });

  it('accepts what the config accepts, by table or object, and says what it accepts in vain', async () => {
    await database.sql(`${owned('courses')} create table log (at timestamptz)`);
    const allowed = {
      'tenant-nullable': ['courses'],
      'tenant-without-index': ['public.courses'],
      'foreign-key-without-index': ['*'],
      'missing-primary-key': ['log'],
      'disabled-trigger': ['courses'],
    };
    const { verification, findings, exitCode } = await verified(
      verifyContext(database, project.root, { tenancy, allowed }),
    );
    expect(exitCode).toBe(0);
    expect(verification.builtin.flatMap(({ accepted }) => accepted.map(({ object }) => object))).toEqual([
      'public.log',
      'public.courses_tenant_fkey',
      'public.courses',
      'public.courses',
    ]);
    expect(findings.map(({ message }) => message)).toEqual([
      'builtin.allow accepts findings of disabled-trigger, and there are none',
    ]);
    await expect(
      verified(verifyContext(database, project.root, { allowed: { 'tenant-nul': ['x'] } })),
    ).rejects.toThrow('builtin.allow: there is no built-in check "tenant-nul"');
  });
});
