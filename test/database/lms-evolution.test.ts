import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { TargetReport } from '../../src/core/report.ts';
import { catalogOf } from '../support/catalog.ts';
import type { Sql } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import {
  BASELINE,
  columnsOf,
  DEFAULT_ACADEMY,
  down,
  fingerprints,
  loadRows,
  NEW_TABLES,
  serverVersion,
  succeeded,
  up,
} from '../support/lms.ts';

const COURSES = '20251103000014';
const COURSES_ROLLBACK = 'rollbacks/lms/20251103000014-alter-courses-table.sql';
const ALTERED = ['courses', 'modules', 'lessons', 'quizzes'];

const tooOld = (await serverVersion()) < 150_000;

/** Rows, from first to last column, of one query. */
async function list(sql: Sql, query: string): Promise<unknown[][]> {
  return (await sql(query)).map((row) => Object.values(row));
}

async function defaultAcademies(sql: Sql): Promise<unknown[][]> {
  return list(sql, 'select id, slug, name from academies where is_default');
}

/** Pairs of a row and its parent that belong to different academies. */
const STRAYED = `
  select 'module', m.id from modules as m join courses as c on c.id = m.course_id
  where m.academy_id is distinct from c.academy_id
  union all
  select 'lesson', l.id from lessons as l join sections as s on s.id = l.section_id
  join courses as c on c.id = s.course_id where l.academy_id is distinct from c.academy_id
  union all
  select 'quiz', q.id from quizzes as q join lessons as l on l.id = q.lesson_id
  where q.academy_id is distinct from l.academy_id`;

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the evolution of the lms database (from PostgreSQL 15 on)', () => {
  let baseline: PrivateDatabase;
  /** The same after the 19, with the guards. */
  let evolved: PrivateDatabase;
  let evolution: TargetReport;
  /** The baseline with rows after the first altering migration. */
  let atCourses: PrivateDatabase;
  let columns: ReadonlyMap<string, readonly string[]>;
  let before: string[];
  let catalog: string[];
  const copies: PrivateDatabase[] = [];

  beforeAll(async () => {
    baseline = await privateDatabase();
    await succeeded(up(baseline, BASELINE));
    await loadRows(baseline.sql);
    columns = await columnsOf(baseline.sql);
    before = await fingerprints(baseline.sql, columns);
    catalog = await catalogOf(baseline.sql);
    evolved = await privateDatabase(baseline.database.name);
    evolution = await succeeded(up(evolved));
    atCourses = await privateDatabase(baseline.database.name);
    await succeeded(up(atCourses, COURSES));
  });
  afterAll(async () => {
    await Promise.all([baseline, evolved, atCourses].map((database) => database.drop()));
  });
  afterEach(async () => {
    await Promise.all(copies.splice(0).map((copy) => copy.drop()));
  });

  const copyOf = async (source: PrivateDatabase): Promise<PrivateDatabase> => {
    const copy = await privateDatabase(source.database.name);
    copies.push(copy);
    return copy;
  };
  /** A database of 28 tables with rows. */
  const loaded = (): Promise<PrivateDatabase> => copyOf(baseline);
  /** The values of the columns that the baseline had, without the academy that the evolution makes. */
  const old = (sql: Sql): Promise<string[]> =>
    fingerprints(sql, columns, { academies: `id = '${DEFAULT_ACADEMY}'` });

  it('begins with rows in all 28 tables, and users in every state', async () => {
    expect(before).toHaveLength(28);
    expect(before.filter((line) => / 0 -$/.test(line))).toEqual([]);
    const states = await list(
      baseline.sql,
      `select is_email_verified, is_active, deleted_at is not null as deleted, count(*)::int from users group by 1, 2, 3`,
    );
    expect(states).toHaveLength(8);
    const [row] = await baseline.sql<{ newest: Date }>('select max(updated_at) as newest from courses');
    expect(row?.newest.getUTCFullYear()).toBe(2020);
  });

  it('carries every row: nothing is lost, changed or touched, and no row is without an academy', async () => {
    const { sql } = evolved;
    expect(evolution.outcomes.map(({ status }) => status)).toEqual(Array(19).fill('done'));
    expect(await old(sql)).toEqual(before);
    expect(await defaultAcademies(sql)).toEqual([[DEFAULT_ACADEMY, 'default', 'Default academy']]);
    for (const table of ALTERED) {
      expect(await list(sql, `select distinct academy_id, workflow_state from ${table}`)).toEqual([
        [DEFAULT_ACADEMY, 'draft'],
      ]);
    }
    expect(
      await list(
        sql,
        `select table_name::text from information_schema.columns
         where column_name = 'academy_id' and table_name in ('courses', 'modules', 'lessons', 'quizzes')
           and is_nullable = 'NO' order by 1`,
      ),
    ).toEqual([['courses'], ['lessons'], ['modules'], ['quizzes']]);
    expect(await sql(STRAYED)).toEqual([]);
  });

  it('runs the guards of the five altering migrations, and all of them hold', () => {
    const checked = evolution.outcomes.filter(({ checks }) => checks.length > 0);
    expect(checked.map(({ name, checks }) => [name, checks.length])).toEqual([
      ['alter-courses-table', 5],
      ['alter-modules-table', 4],
      ['alter-lessons-table', 5],
      ['alter-quizzes-table', 4],
      ['alter-users-table', 8],
    ]);
    expect(checked.flatMap(({ checks }) => checks.filter(({ passed }) => !passed))).toEqual([]);
  });

  it('gives every user the status that the older columns tell, and the last login as last activity', async () => {
    const database = evolved;
    expect(
      await list(
        database.sql,
        `select is_email_verified, is_active, deleted_at is not null, string_agg(distinct status::text, ',')
         from users group by 1, 2, 3 order by 3, 2, 1`,
      ),
    ).toEqual([
      [false, false, false, 'suspended'],
      [true, false, false, 'suspended'],
      [false, true, false, 'pending'],
      [true, true, false, 'active'],
      [false, false, true, 'deleted'],
      [true, false, true, 'deleted'],
      [false, true, true, 'deleted'],
      [true, true, true, 'deleted'],
    ]);
    expect(
      await database.sql('select id from users where last_activity_at is distinct from last_login'),
    ).toEqual([]);
    expect(
      await list(
        database.sql,
        'select distinct profile_data::text, preferences::text, metadata::text from users',
      ),
    ).toEqual([['{}', '{}', '{}']]);
  });

  it('takes everything back: data and schema are equal to before, and it goes up again', async () => {
    const database = await copyOf(evolved);
    const after = await catalogOf(database.sql);
    const report = await succeeded(down(database, BASELINE));
    expect(report.outcomes).toHaveLength(19);
    expect(await fingerprints(database.sql, columns)).toEqual(before);
    expect(await catalogOf(database.sql)).toEqual(catalog);
    await succeeded(up(database));
    expect(await old(database.sql)).toEqual(before);
    expect(await catalogOf(database.sql)).toEqual(after);
  });

  it('says before the way back what would be lost, counted', async () => {
    const database = await copyOf(evolved);
    const report = await succeeded(down(database, BASELINE));
    const lost = report.losses?.map(({ object, count }) => `${object}: ${String(count)}`);
    expect(lost).toEqual(
      expect.arrayContaining([
        'courses.academy_id: 50',
        'lessons.academy_id: 500',
        'users.last_activity_at: 128',
      ]),
    );
    // Nobody has used the new tables, nor the columns with constant defaults.
    expect(lost?.filter((line) => /settings|preferences|workflow_state/.test(line))).toEqual([]);
  });

  it('goes down to nothing with all rows in it', async () => {
    const database = await copyOf(evolved);
    await succeeded(down(database));
    expect(await catalogOf(database.sql)).toEqual([expect.stringMatching(/^schema public /)]);
  });

  it('gives each module, lesson and quiz the academy of its own course, not just the default one', async () => {
    const database = await loaded();
    await succeeded(up(database, COURSES));
    await database.sql(
      `update courses set academy_id = (select id from academies where slug = 'a-' || (1 + right(courses.slug, 1)::int % 3))`,
    );
    await succeeded(up(database));
    expect(await database.sql(STRAYED)).toEqual([]);
    for (const table of ALTERED) {
      expect(await list(database.sql, `select count(distinct academy_id)::int from ${table}`)).toEqual([[3]]);
    }
  });

  it('takes the default academy that is already there, under any slug, and leaves it there', async () => {
    const database = await loaded();
    await database.sql(`update academies set is_default = true where slug = 'a-2'`);
    const academies = await fingerprints(database.sql, columns);
    const [[id] = []] = await defaultAcademies(database.sql);
    await succeeded(up(database));
    expect(await defaultAcademies(database.sql)).toEqual([[id, 'a-2', 'Academy 2']]);
    for (const table of ALTERED) {
      expect(await list(database.sql, `select distinct academy_id from ${table}`)).toEqual([[id]]);
    }
    await succeeded(down(database, BASELINE));
    expect(await fingerprints(database.sql, columns)).toEqual(academies);
  });

  it('makes the default academy in a database without rows too, and takes it back', async () => {
    const empty = await privateDatabase();
    copies.push(empty);
    await succeeded(up(empty));
    expect(await defaultAcademies(empty.sql)).toEqual([[DEFAULT_ACADEMY, 'default', 'Default academy']]);
    await succeeded(down(empty, BASELINE));
    expect(await empty.sql('select id from academies')).toEqual([]);
    expect(await catalogOf(empty.sql)).toEqual(catalog);
  });

  it('refuses where an academy bears the slug without the flag, and names it', async () => {
    const database = await loaded();
    await database.sql(`update academies set slug = 'default' where slug = 'a-1'`);
    const rows = await fingerprints(database.sql, columns);
    const report = await up(database);
    expect(report.exitCode).toBe(5);
    const failed = report.outcomes.find(({ status }) => status === 'failed');
    expect(failed).toMatchObject({
      version: COURSES,
      failure: {
        sqlstate: '23505',
        message: expect.stringMatching(
          /^no academy is the default, and the one to be created is already there without the flag: id [-\da-f]{36}, slug 'default', name 'Academy 1'$/,
        ) as string,
        serverHint:
          'If it shall own the existing courses: set its is_default to TRUE; otherwise flag another academy, or rename this one.',
        place: { file: 'migrations/lms/20251103000014-alter-courses-table.sql' },
      },
    });
    expect(await fingerprints(database.sql, columns)).toEqual(rows);
    // What the hint says helps.
    await database.sql(`update academies set is_default = true where slug = 'default'`);
    await succeeded(up(database));
    expect(
      await list(
        database.sql,
        'select distinct a.name from courses as c join academies as a on a.id = c.academy_id',
      ),
    ).toEqual([['Academy 1']]);
  });

  it('refuses the way back while two academies own one slug, and names the slug', async () => {
    const database = await copyOf(evolved);
    await database.sql(
      `update courses set slug = 's1', academy_id = (select id from academies where slug = 'a-1') where slug = 's2'`,
    );
    const report = await down(database, BASELINE);
    expect(report.exitCode).toBe(5);
    expect(report.outcomes.find(({ status }) => status === 'failed')).toMatchObject({
      direction: 'down',
      version: COURSES,
      failure: {
        sqlstate: '23505',
        message: 'courses.slug cannot be unique again; more than one academy owns: s1 (2 courses)',
        serverHint: 'Rename the slug of all but one course of each, then roll back again.',
      },
    });
    // The four above it are rolled back, it and what is below it is not.
    expect(await list(database.sql, 'select max(version) from lms_db.migrations')).toEqual([[COURSES]]);
    expect(await list(database.sql, 'select count(academy_id)::int from courses')).toEqual([[50]]);
    await database.sql(`update courses set slug = 's2' where slug = 's1' and title like 'Course 2 %'`);
    await succeeded(down(database, BASELINE));
    expect(await catalogOf(database.sql)).toEqual(catalog);
  });

  it('lets two academies own one slug, and one academy not own it twice', async () => {
    const database = await copyOf(evolved);
    const other = `(select id from academies where slug = 'a-1')`;
    await database.sql(`update courses set slug = 's1', academy_id = ${other} where slug = 's2'`);
    await expect(database.sql(`update courses set slug = 's1' where slug = 's3'`)).rejects.toMatchObject({
      code: '23505',
      constraint: 'courses_academy_id_slug_key',
    });
  });

  it.each<[what: string, statement: string]>([
    ['settings', 'insert into academy_settings (academy_id) values ($academy)'],
    [
      'a membership',
      'insert into academy_memberships (academy_id, user_id, role_id) select $academy, id, role_id from users limit 1',
    ],
    ['a department', `insert into departments (academy_id, name, slug) values ($academy, 'd', 'd')`],
    [
      'a permission of a role',
      `with p as (insert into permissions (name, resource_type, action) values ('p', 'r', 'a') returning id)
       insert into role_permissions (role_id, permission_id, academy_id)
       select roles.id, p.id, $academy from roles, p limit 1`,
    ],
    [
      'a version',
      `insert into content_versions (content_type, content_id, academy_id, version_number, content_snapshot, created_by)
       select 'course', gen_random_uuid(), $academy, '1.0.0', '{}', id from users limit 1`,
    ],
    [
      'a workflow',
      `insert into content_workflows (academy_id, content_type, workflow_name) values ($academy, 'course', 'w')`,
    ],
    [
      'a package',
      `insert into content_packages (academy_id, package_name, package_type, created_by)
       select $academy, 'p', 'full', id from users limit 1`,
    ],
    [
      'an import',
      `insert into content_imports (academy_id, import_type, imported_by) select $academy, 'full', id from users limit 1`,
    ],
    [
      'an asset',
      `insert into assets (academy_id, asset_type, file_name, storage_path, mime_type, file_size, uploaded_by)
       select $academy, 'image', 'f', 's', 'm', 1, id from users limit 1`,
    ],
    [
      'a rule',
      `insert into validation_rules (academy_id, rule_name, content_type) values ($academy, 'r', 'course')`,
    ],
    ['a name of its own', `update academies set name = 'Mine' where id = $academy`],
  ])('keeps the default academy that it made once the academy has %s', async (_, statement) => {
    const client = await atCourses.client();
    await client.query('begin');
    try {
      await client.query(statement.replaceAll('$academy', `'${DEFAULT_ACADEMY}'`));
      await client.query(readFileSync(COURSES_ROLLBACK, 'utf8'));
      const { rows } = await client.query('select id from academies where is_default');
      expect(rows).toEqual([{ id: DEFAULT_ACADEMY }]);
    } finally {
      await client.query('rollback');
    }
  });

  it('takes the default academy that it made away where nobody has used it', async () => {
    await succeeded(down(atCourses, NEW_TABLES));
    expect(await atCourses.sql('select id from academies where is_default')).toEqual([]);
  });

  it('empties the departments of memberships on the way back without touching updated_at', async () => {
    const database = await loaded();
    await succeeded(up(database, '20251103000002'));
    await database.sql(
      `with d as (
         insert into departments (academy_id, name, slug) select id, 'd', 'd' from academies where slug = 'a-1'
         returning id, academy_id
       )
       insert into academy_memberships (academy_id, user_id, role_id, department_id, updated_at)
       select d.academy_id, u.id, u.role_id, d.id, '2020-01-01' from d, users as u limit 3`,
    );
    await succeeded(down(database, '20251103000001'));
    expect(
      await list(
        database.sql,
        `select count(*)::int, count(department_id)::int as assigned, max(updated_at)::date::text from academy_memberships`,
      ),
    ).toEqual([[3, 0, '2020-01-01']]);
    await succeeded(up(database));
  });

  it('keeps a course in the departments of its own academy, and outlives them', async () => {
    const database = await copyOf(evolved);
    await database.sql(
      `insert into departments (academy_id, name, slug)
       select id, 'd', 'd' from academies where slug in ('a-1', 'default')`,
    );
    const assign = (slug: string): string =>
      `update courses set department_id = (select d.id from departments as d join academies as a on a.id = d.academy_id
       where a.slug = '${slug}') where slug = 's1'`;
    await expect(database.sql(assign('a-1'))).rejects.toMatchObject({ code: '23503' });
    await database.sql(assign('default'));
    await database.sql('delete from departments');
    expect(
      await list(database.sql, `select department_id, academy_id from courses where slug = 's1'`),
    ).toEqual([[null, DEFAULT_ACADEMY]]);
  });

  it('sets updated_at again on every change after the backfill, and on none that changes nothing', async () => {
    const database = await copyOf(evolved);
    for (const table of [...ALTERED, 'users']) {
      await database.sql(`update ${table} set created_at = created_at`);
      expect(
        await list(
          database.sql,
          `select count(*)::int from ${table} where updated_at > now() - interval '1 hour'`,
        ),
      ).toEqual([[0]]);
      await database.sql(`update ${table} set created_at = created_at - interval '1 day'`);
      expect(
        await list(
          database.sql,
          `select count(*)::int from ${table} where updated_at < now() - interval '1 hour'`,
        ),
      ).toEqual([[0]]);
    }
  });

  it('has rollbacks whose texts the history keeps', async () => {
    const database = evolved;
    const [row] = await database.sql<{ rollback_text: string }>(
      `select rollback_text from lms_db.migrations where version = '${COURSES}'`,
    );
    expect(row?.rollback_text).toBe(readFileSync(COURSES_ROLLBACK, 'utf8'));
  });
});
