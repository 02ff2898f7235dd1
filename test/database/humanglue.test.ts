import { readdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openServer } from '../../src/backends/server.ts';
import type { Picture } from '../../src/core/picture.ts';
import { directoriesOf } from '../../src/core/project-files.ts';
import { readProject } from '../../src/files/read-project.ts';
import { countsOf } from '../support/catalog.ts';
import type { Sql } from '../support/catalog.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { changesBetween, DEMO, down, loadSeeds, PEOPLE, pictureOf, up, visit } from '../support/humanglue.ts';
import { serverVersion, succeeded } from '../support/lms.ts';

const tooOld = (await serverVersion()) < 150_000;

const { migrations, faults } = readProject({
  project: 'humanglue',
  root: process.cwd(),
  directories: directoriesOf('humanglue'),
});

/** After each migration, what the specification counts in public; the last two are of storage. */
const STAGES = {
  '000': [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  '001': [18, 8, 37, 57, 90, 15, 60, 5, 2, 0, 6, 12],
  '002': [27, 14, 63, 90, 141, 25, 85, 9, 2, 3, 6, 12],
} as const;

const BUCKETS = [
  'assessment-recordings',
  'avatars',
  'course-content',
  'organization-logos',
  'resources',
  'workshop-materials',
];

async function stageOf(sql: Sql): Promise<readonly number[]> {
  const { tables, enums, fks, explicit_indexes, pg_indexes, triggers } = await countsOf(sql);
  const [more] = await sql<Record<string, number>>(
    `select
       (select count(*) from pg_policies where schemaname = 'public')::int as policies,
       (select count(*) from pg_proc where pronamespace = 'public'::regnamespace)::int as functions,
       (select count(*) from pg_matviews where schemaname = 'public')::int as overviews,
       (select count(*) from pg_views where schemaname = 'public')::int as views,
       (select count(*) from storage.buckets)::int as buckets,
       (select count(*) from pg_policies where schemaname = 'storage' and policyname like 'humanglue\\_%')::int as storage`,
  );
  return [tables, enums, fks, explicit_indexes, pg_indexes, triggers, ...Object.values(more ?? {})];
}

describe('the files of the humanglue project', () => {
  it('H-7: are three migrations and nothing else, each version once; what tests lies elsewhere', () => {
    expect(faults).toEqual([]);
    expect(readdirSync('migrations/humanglue').sort()).toEqual([
      '000_supabase_shim.sql',
      '001_multi_tenant_schema.sql',
      '002_instructor_schema.sql',
    ]);
    expect(migrations.map(({ version }) => version)).toEqual(['000', '001', '002']);
  });

  it('H-9: have their rollbacks in files of their own, which name everything they drop', () => {
    for (const { rollback, fileName } of migrations) {
      expect(rollback?.script.path).toBe(`rollbacks/humanglue/${fileName}`);
      expect(rollback?.script.text).not.toMatch(/\bCASCADE\b|\bIF EXISTS\b/i);
    }
  });

  it('say what each migration means for those who run it', () => {
    for (const { version, directives } of migrations) {
      expect([version, directives.risk?.level, directives.downtime]).not.toContain(undefined);
    }
    expect(migrations.map(({ directives }) => directives.requires)).toEqual([[], ['000'], ['001']]);
    expect(migrations.map(({ guard }) => guard !== undefined)).toEqual([false, false, true]);
  });
});

// Needs PostgreSQL 15: ON DELETE SET NULL (column) and security_invoker are younger than 14.
describe.skipIf(tooOld)('the humanglue project (from PostgreSQL 15 on)', () => {
  const databases: PrivateDatabase[] = [];
  const fresh = async (): Promise<PrivateDatabase> => {
    const database = await privateDatabase();
    databases.push(database);
    return database;
  };
  let database: PrivateDatabase;
  /** Before the first migration, and after each. */
  const pictures: Picture[] = [];

  beforeAll(async () => {
    database = await privateDatabase();
    pictures.push(await pictureOf(database));
  });
  afterAll(() => database.drop());
  afterEach(async () => {
    await Promise.all(databases.splice(0).map((one) => one.drop()));
  });

  it('H-1: makes after each migration what the document counts', async () => {
    for (const [version, counts] of Object.entries(STAGES)) {
      await succeeded(up(database, version));
      expect([version, ...(await stageOf(database.sql))]).toEqual([version, ...counts]);
      pictures.push(await pictureOf(database));
    }
  });

  it('H-2: counts two materialized and three plain views as five, and trigger functions apart from the nine', async () => {
    expect(
      await database.sql(
        `select pronamespace::regnamespace::text as schema, count(*)::int as functions,
           count(*) filter (where prorettype = 'trigger'::regtype)::int as of_triggers
         from pg_proc where pronamespace in ('public'::regnamespace, 'app_private'::regnamespace) group by 1 order by 1`,
      ),
    ).toEqual([
      { schema: 'app_private', functions: 23, of_triggers: 10 },
      { schema: 'public', functions: 9, of_triggers: 0 },
    ]);
    expect(
      await database.sql(
        `select relname::text as name, relkind as kind, reloptions as options from pg_class
         where relnamespace = 'public'::regnamespace and relkind in ('v', 'm') order by 1`,
      ),
    ).toEqual([
      { name: 'instructor_course_performance', kind: 'v', options: ['security_invoker=true'] },
      { name: 'instructor_workshop_performance', kind: 'v', options: ['security_invoker=true'] },
      { name: 'organization_overview', kind: 'm', options: null },
      { name: 'student_engagement_summary', kind: 'v', options: ['security_invoker=true'] },
      { name: 'user_learning_progress', kind: 'm', options: null },
    ]);
  });

  it('has the labels of every enum in their order', async () => {
    const rows = await database.sql<{ name: string; labels: string }>(
      `select t.typname::text as name, string_agg(e.enumlabel, '/' order by e.enumsortorder) as labels
       from pg_type as t join pg_enum as e on e.enumtypid = t.oid group by t.typname order by 1`,
    );
    expect(rows.map(({ name, labels }) => `${name} ${labels}`)).toEqual([
      'activity_type enrolled/lesson_started/lesson_completed/course_completed/workshop_registered/workshop_attended/review_posted',
      'assessment_status not_started/in_progress/completed/archived',
      'consultation_status requested/scheduled/completed/cancelled',
      'content_type video/article/quiz/assignment/resource',
      'course_difficulty beginner/intermediate/advanced',
      'course_status draft/published/archived',
      'enrollment_status enrolled/in_progress/completed/dropped',
      'payment_status pending/completed/failed/refunded',
      'payout_schedule weekly/biweekly/monthly',
      'registration_status registered/waitlisted/attended/cancelled/no_show',
      'transaction_type course_enrollment/workshop_registration/consultation/refund',
      'user_role admin/org_admin/team_lead/member',
      'workshop_status draft/published/in_progress/completed/cancelled',
      'workshop_type online/in_person/hybrid',
    ]);
  });

  it('H-4: has date-based indexes whose conditions never change, with the date as a key', async () => {
    const rows = await database.sql<{ index: string; keys: string; condition: string }>(
      `select indexrelid::regclass::text as index, pg_get_indexdef(indexrelid, 1, true) as keys,
         pg_get_expr(indpred, indrelid) as condition
       from pg_index join pg_class on pg_class.oid = indrelid
       where relnamespace = 'public'::regnamespace and indpred is not null order by 1`,
    );
    expect(rows.filter(({ condition }) => /now\(|current_/i.test(condition))).toEqual([]);
    expect(rows.filter(({ keys }) => /_at$/.test(keys)).map(({ index }) => index)).toEqual([
      'idx_assessments_completed_at',
      'idx_course_enrollments_enrolled_at_open',
      'idx_courses_created_at_published',
      'idx_expert_availability_starts_at_free',
      'idx_student_progress_completed_at',
      'idx_workshops_starts_at_published',
    ]);
  });

  it('H-14: has one trigger for statistics a table, and progress is rolled up before it is counted', async () => {
    const rows = await database.sql<{ name: string; triggers: string[] }>(
      `select tgrelid::regclass::text as name, array_agg(tgname::text order by tgname) as triggers from pg_trigger
       join pg_class on pg_class.oid = tgrelid
       where relnamespace = 'public'::regnamespace and not tgisinternal and tgname !~ '_set_updated_at$' group by 1 order by 1`,
    );
    expect(Object.fromEntries(rows.map(({ name, triggers }) => [name, triggers]))).toEqual({
      course_enrollments: ['course_enrollments_stats'],
      course_reviews: ['course_reviews_stats'],
      lesson_progress: ['lesson_progress_rollup', 'lesson_progress_stats'],
      revenue_transactions: ['revenue_transactions_stats'],
      workshop_feedback: ['workshop_feedback_stats'],
      workshop_registrations: ['workshop_registrations_capacity', 'workshop_registrations_stats'],
    });
  });

  it('H-8: goes down with lms-db, migration by migration, privileges and storage policies too, and up again', async () => {
    expect(pictures).toHaveLength(4);
    for (const [index, version] of (['001', '000', undefined] as const).entries()) {
      await succeeded(down(database, version));
      const before = pictures[2 - index];
      if (before === undefined) throw new Error('there is no picture');
      expect(changesBetween(before, await pictureOf(database))).toEqual([]);
    }
    await succeeded(up(database));
    const last = pictures[3];
    if (last === undefined) throw new Error('there is no picture');
    expect(changesBetween(last, await pictureOf(database))).toEqual([]);
    expect(
      await database.sql(`select 1 from pg_tables where tablename = 'humanglue_001_buckets'`),
    ).toHaveLength(1);
  });

  it('goes down to nothing with all the demo in it, and tells what is lost', async () => {
    const demo = await fresh();
    const before = await pictureOf(demo);
    await succeeded(up(demo));
    await succeeded(loadSeeds(demo));
    const report = await succeeded(down(demo));
    const lost = report.losses?.map(({ object, count }) => `${object}: ${String(count)}`);
    expect(lost).toEqual(
      expect.arrayContaining(['users: 8', 'course_enrollments: 1', 'revenue_transactions: 1']),
    );
    expect(changesBetween(before, await pictureOf(demo))).toEqual([]);
    expect(
      await demo.sql(
        `select tablename from pg_tables where schemaname = 'lms_db' and tablename in ('humanglue_001_buckets', 'supabase_shim')`,
      ),
    ).toEqual([]);
  });

  it('lists no table in the rollback of 002 whose rows it does not name as lost', async () => {
    const demo = await fresh();
    await succeeded(up(demo));
    await succeeded(loadSeeds(demo));
    await demo.sql(`update courses set difficulty = 'advanced' where slug = 'how-we-work-at-alder'`);
    const report = await succeeded(down(demo, '001'));
    const lost = report.losses?.map(({ object, count }) => `${object}: ${String(count)}`);
    expect(lost).toEqual(
      expect.arrayContaining([
        'course_instructors: 1',
        'student_progress: 1',
        'student_activity: 1',
        'revenue_transactions: 1',
        'courses.status: 3',
        'courses.difficulty: 2',
      ]),
    );
  });
});

describe.skipIf(tooOld)('migration 002 over rows that are there (from PostgreSQL 15 on)', () => {
  const TABLES = ['courses', 'course_enrollments', 'lesson_progress', 'workshops', 'workshop_registrations'];
  let database: PrivateDatabase;
  let before: unknown[];
  let atFirst: Picture;

  const rowsOf = async (sql: Sql): Promise<unknown[]> =>
    Promise.all(TABLES.map((table) => sql(`select * from ${table} order by id`)));

  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database, '001'));
    const person = (name: keyof typeof PEOPLE): string => `'${PEOPLE[name]}'`;
    await database.sql(`
      insert into auth.users (id) values ${Object.values(PEOPLE)
        .map((id) => `('${id}')`)
        .join(', ')};
      insert into users (id, email, full_name) select id, id || '@old.example', 'Old' from auth.users;
      insert into courses (id, instructor_id, title, slug, price, is_published, updated_at) values
        ('${DEMO.paidCourse}', ${person('the instructor')}, 'Paid', 'paid', 100, true, '2024-01-01'),
        ('${DEMO.freeCourse}', null, 'Draft', 'draft', 0, false, '2024-01-01');
      insert into course_modules (id, course_id, title) values ('${DEMO.module}', '${DEMO.paidCourse}', 'Module');
      insert into course_lessons (id, module_id, title, order_index) values
        ('${DEMO.firstLesson}', '${DEMO.module}', 'One', 0), ('${DEMO.secondLesson}', '${DEMO.module}', 'Two', 1);
      insert into course_enrollments (id, course_id, user_id, price_paid, payment_status, enrolled_at) values
        ('${DEMO.enrollment}', '${DEMO.paidCourse}', ${person('a member of A')}, 100, 'completed', '2024-02-01'),
        (gen_random_uuid(), '${DEMO.paidCourse}', ${person('a member of B')}, 50, 'refunded', '2024-02-02'),
        (gen_random_uuid(), '${DEMO.freeCourse}', ${person('a member of B')}, 0, 'completed', '2024-02-03');
      insert into lesson_progress (enrollment_id, user_id, lesson_id, progress, started_at, completed_at, last_accessed_at) values
        ('${DEMO.enrollment}', ${person('a member of A')}, '${DEMO.firstLesson}', 100, '2024-03-01', '2024-03-02', '2024-03-03');
      insert into workshops (id, facilitator_id, title, slug, starts_at, ends_at, updated_at) values
        ('${DEMO.workshop}', ${person('the instructor')}, 'W', 'w', '2024-04-01', '2024-04-02', '2024-01-01');
      insert into workshop_registrations (workshop_id, user_id, status, price_paid, registered_at, attended_at) values
        ('${DEMO.workshop}', ${person('a member of A')}, 'attended', 30, '2024-03-15', '2024-04-01');`);
    before = await rowsOf(database.sql);
    atFirst = await pictureOf(database);
    await succeeded(up(database));
  });
  afterAll(() => database.drop());

  it('moves no updated_at and changes no value', async () => {
    const after = await rowsOf(database.sql);
    for (const [index, table] of TABLES.entries()) {
      const rows = after[index] as Record<string, unknown>[];
      const old = before[index] as Record<string, unknown>[];
      expect(
        rows.map((row, place) =>
          Object.fromEntries(Object.keys(old[place] ?? {}).map((key) => [key, row[key]])),
        ),
      ).toEqual(old);
      expect([table, old.length]).not.toContain(0);
    }
  });

  it('says of each course whether it is published, and counts what there was', async () => {
    expect(
      await database.sql(
        'select slug, status, enrollment_count, review_count, average_rating, total_revenue from courses order by slug',
      ),
    ).toEqual([
      {
        slug: 'draft',
        status: 'draft',
        enrollment_count: 1,
        review_count: 0,
        average_rating: null,
        total_revenue: '0.00',
      },
      {
        slug: 'paid',
        status: 'published',
        enrollment_count: 2,
        review_count: 0,
        average_rating: null,
        total_revenue: '80.00',
      },
    ]);
    expect(await database.sql('select total_revenue from workshops')).toEqual([{ total_revenue: '24.00' }]);
  });

  it('makes progress, activity and revenue of what there was, dated as it was', async () => {
    expect(
      await database.sql(
        `select lessons_completed, total_lessons, progress, (last_activity_at at time zone 'UTC')::date::text as day from student_progress order by progress desc limit 1`,
      ),
    ).toEqual([{ lessons_completed: 1, total_lessons: 2, progress: '50.00', day: '2024-03-03' }]);
    expect(await database.sql('select count(*)::int as n from student_progress')).toEqual([{ n: 3 }]);
    expect(
      await database.sql(
        'select activity_type, count(*)::int as n, max(occurred_at) < $1 as past from student_activity group by 1 order by 1',
        ['2024-05-01'],
      ),
    ).toEqual([
      { activity_type: 'enrolled', n: 3, past: true },
      { activity_type: 'lesson_started', n: 1, past: true },
      { activity_type: 'lesson_completed', n: 1, past: true },
      { activity_type: 'workshop_registered', n: 1, past: true },
      { activity_type: 'workshop_attended', n: 1, past: true },
    ]);
    expect(
      await database.sql(
        'select transaction_type, gross_amount, platform_fee, net_amount from revenue_transactions order by occurred_at',
      ),
    ).toEqual([
      {
        transaction_type: 'course_enrollment',
        gross_amount: '100.00',
        platform_fee: '20.00',
        net_amount: '80.00',
      },
      {
        transaction_type: 'workshop_registration',
        gross_amount: '30.00',
        platform_fee: '6.00',
        net_amount: '24.00',
      },
    ]);
  });

  it('is rolled back to exactly the rows, the schema and the privileges that there were', async () => {
    await database.sql(`insert into workshop_facilitators (workshop_id, facilitator_id) values ($1, $2)`, [
      DEMO.workshop,
      PEOPLE['the co-instructor'],
    ]);
    await succeeded(down(database, '001'));
    expect(await rowsOf(database.sql)).toEqual(before);
    expect(changesBetween(atFirst, await pictureOf(database))).toEqual([]);
    await visit(database, 'the instructor', async ({ value }) => {
      expect(await value(`select count(*)::int from (select * from courses) as all_columns`)).toBe(1);
    });
    await visit(database, 'the co-instructor', async ({ value }) => {
      expect(await value('select count(*)::int from workshop_registrations')).toBe(0);
    });
  });
});

describe.skipIf(tooOld)('the storage of humanglue (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database));
    await succeeded(loadSeeds(database));
  });
  afterAll(() => database.drop());

  const mine = `${PEOPLE['a member of A']}/file.bin`;
  const put = (bucket: string, name: string): string =>
    `insert into storage.objects (bucket_id, name) values ('${bucket}', '${name}')`;

  it('has six buckets, of which three are public', async () => {
    expect(await database.sql('select id, public from storage.buckets order by id')).toEqual(
      BUCKETS.map((id) => ({
        id,
        public: ['avatars', 'course-content', 'organization-logos'].includes(id),
      })),
    );
  });

  it('lets people write avatars and recordings into their own folder, and the platform admin the rest', async () => {
    await visit(database, 'a member of A', async ({ rows, refused }) => {
      for (const bucket of BUCKETS) {
        const own = ['avatars', 'assessment-recordings'].includes(bucket);
        if (own) await rows(put(bucket, mine));
        else expect(await refused(put(bucket, mine)), bucket).toMatchObject({ code: '42501' });
        expect(await refused(put(bucket, `${PEOPLE['a member of B']}/file.bin`)), bucket).toMatchObject({
          code: '42501',
        });
        expect(await refused(put(bucket, 'file.bin')), bucket).toMatchObject({ code: '42501' });
      }
    });
    await visit(database, 'the platform admin', async ({ rows, refused }) => {
      for (const bucket of BUCKETS) {
        const own = ['avatars', 'assessment-recordings'].includes(bucket);
        if (own) expect(await refused(put(bucket, 'file.bin')), bucket).toMatchObject({ code: '42501' });
        else await rows(put(bucket, 'file.bin'));
      }
    });
  });

  it.each([
    ['a member of A', 6],
    ['the platform admin', 6],
    ['a member of B', 5],
    ['an unrelated user', 5],
    ['anon', 0],
  ] as const)('shows of one file of the member of A in each bucket to %s: %i', (who, seen) =>
    visit(database, 'service', async ({ rows, value, become }) => {
      for (const bucket of BUCKETS) await rows(put(bucket, mine));
      await become(who);
      expect(await value('select count(*)::int from storage.objects')).toBe(seen);
      // Nothing is given for changing or deleting.
      expect(await rows('delete from storage.objects returning id')).toEqual([]);
    }),
  );
});

describe.skipIf(tooOld)('storage that is there already (from PostgreSQL 15 on)', () => {
  const databases: PrivateDatabase[] = [];
  afterEach(async () => {
    await Promise.all(databases.splice(0).map((one) => one.drop()));
  });
  const atShim = async (): Promise<PrivateDatabase> => {
    const database = await privateDatabase();
    databases.push(database);
    await succeeded(up(database, '000'));
    return database;
  };
  const buckets = (sql: Sql): Promise<unknown[]> =>
    sql('select id, name, public from storage.buckets order by id');

  it('keeps a bucket of that name and leaves it there', async () => {
    const database = await atShim();
    await database.sql(
      `insert into storage.buckets (id, name, public) values ('avatars', 'avatars', true), ('other', 'other', false)`,
    );
    const before = await buckets(database.sql);
    await succeeded(up(database));
    expect(await buckets(database.sql)).toHaveLength(7);
    await succeeded(down(database, '000'));
    expect(await buckets(database.sql)).toEqual(before);
  });

  it('refuses one that is public where it should be private, and nothing remains', async () => {
    const database = await atShim();
    await database.sql(
      `insert into storage.buckets (id, name, public) values ('resources', 'resources', true)`,
    );
    const before = await pictureOf(database);
    const report = await up(database);
    expect(report.exitCode).toBe(5);
    expect(report.outcomes.find(({ status }) => status === 'failed')?.failure).toMatchObject({
      sqlstate: '55000',
      message:
        'storage buckets of these names exist, but public where they should be private or the other way round: resources',
      serverHint: 'Change whether they are public, or rename them; then run the migration again.',
    });
    expect(changesBetween(before, await pictureOf(database))).toEqual([]);
  });

  it('keeps a bucket with files in it on the way back, and takes it again', async () => {
    const database = await atShim();
    await succeeded(up(database));
    await database.sql(`insert into storage.objects (bucket_id, name) values ('avatars', 'a/b.png')`);
    await succeeded(down(database, '000'));
    expect(await buckets(database.sql)).toEqual([{ id: 'avatars', name: 'avatars', public: true }]);
    await succeeded(up(database));
    expect(await database.sql('select count(*)::int as n from storage.objects')).toEqual([{ n: 1 }]);
  });

  it('says that it means it where the platform asks for that', async () => {
    const database = await atShim();
    // As Supabase does since the end of 2025 (supabase/storage #817).
    await database.sql(`
      create function storage.refuse_delete() returns trigger language plpgsql as $$
      begin
        if coalesce(current_setting('storage.allow_delete_query', true), 'false') <> 'true' then
          raise exception 'use the API' using errcode = 'insufficient_privilege';
        end if;
        return null;
      end $$;
      create trigger refuse_delete before delete on storage.buckets execute function storage.refuse_delete()`);
    await succeeded(up(database));
    await succeeded(down(database, '000'));
    expect(await buckets(database.sql)).toEqual([]);
  });
});

describe.skipIf(tooOld)(
  'humanglue where auth and storage belong to the platform (from PostgreSQL 15 on)',
  () => {
    const owner = `owner_${randomBytes(4).toString('hex')}`;
    let database: PrivateDatabase;
    /** The same database for a role that is no superuser, as postgres is none on Supabase. */
    let project: PrivateDatabase;
    let platform: Picture;

    beforeAll(async () => {
      database = await privateDatabase();
      // The roles of the API are of the whole cluster, and so is the shim that makes them.
      await succeeded(up(database, '000'));
      await succeeded(down(database));
      await database.sql(`
      drop schema lms_db cascade;
      create role ${owner} login password 'secret';
      grant create on database ${database.database.name} to ${owner};
      grant usage, create on schema public to ${owner} with grant option;
      create schema auth;
      create table auth.users (id uuid primary key, email text, raw_user_meta_data jsonb);
      create function auth.uid() returns uuid stable language sql
        as $$ select (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
      create function auth.role() returns text stable language sql as $$ select current_user::text $$;
      create function auth.jwt() returns jsonb stable language sql
        as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
      create schema storage;
      create table storage.buckets (id text primary key, name text not null unique, public boolean default false);
      create table storage.objects (id uuid primary key default gen_random_uuid(), bucket_id text references storage.buckets (id), name text);
      alter table storage.objects enable row level security;
      create function storage.foldername(name text) returns text[] immutable language sql
        as $$ select (string_to_array(name, '/'))[1 : cardinality(string_to_array(name, '/')) - 1] $$;
      grant usage on schema auth, storage to ${owner}, anon, authenticated, service_role;
      grant references, select on auth.users to ${owner};
      grant all on storage.buckets, storage.objects to ${owner};
      grant all on storage.objects to anon, authenticated, service_role;
      grant usage on schema public to anon, authenticated, service_role;
      alter default privileges for role ${owner} in schema public grant all on tables to anon, authenticated, service_role;
      alter default privileges for role ${owner} in schema public grant all on functions to anon, authenticated, service_role;`);
      const parameters = { ...database.parameters, user: owner, password: 'secret' };
      project = { ...database, parameters, database: openServer(parameters) };
      platform = await pictureOf(database);
    });
    afterAll(async () => {
      const other = await privateDatabase();
      await database.drop();
      await other.sql(`drop role ${owner}`);
      await other.drop();
    });

    it('touches nothing of them, and says in words that it may not make policies there', async () => {
      const report = await up(project);
      expect(report.exitCode).toBe(5);
      const failed = report.outcomes.find(({ status }) => status === 'failed');
      expect(failed).toMatchObject({
        version: '001',
        failure: {
          sqlstate: '42501',
          message: expect.stringMatching(
            `^the role ${owner} may not make policies on storage.objects: must be owner of `,
          ) as string,
          serverHint:
            'Run the migrations as the role that the platform lets do this; on Supabase that is postgres.',
        },
      });
      expect(changesBetween(platform, await pictureOf(database))).toEqual([]);
    });

    it('goes up and down as a role that is no superuser, and row security holds under it', async () => {
      // What supautils does on Supabase: the role may make policies on a table that is not its own.
      await database.sql(`alter table storage.objects owner to ${owner}`);
      const before = await pictureOf(database);
      await succeeded(up(project));
      expect(await stageOf(database.sql)).toEqual(STAGES['002']);

      // The seeds find nobody, because people come from the Auth API, and leave out what needs them.
      await succeeded(loadSeeds(project));
      const counts = `select (select count(*) from organizations)::int as organizations, (select count(*) from users)::int as users,
      (select count(*) from courses)::int as courses, (select count(*) from workshops)::int as workshops`;
      expect(await database.sql(counts)).toEqual([{ organizations: 2, users: 0, courses: 0, workshops: 0 }]);
      expect(await database.sql('select id from auth.users')).toEqual([]);

      // With them, it is the whole demo.
      await database.sql(
        `insert into auth.users (id, email) select id::uuid, email from unnest($1::text[], $2::text[]) as people (id, email)`,
        [
          Object.values(PEOPLE),
          [
            'paula@humanglue.example',
            'olaf@alder.example',
            'lena@alder.example',
            'max@alder.example',
            'bea@birch.example',
            'ines@teaching.example',
            'carl@teaching.example',
            'uma@elsewhere.example',
          ],
        ],
      );
      await succeeded(loadSeeds(project, { force: true }));
      expect(await database.sql(counts)).toEqual([{ organizations: 2, users: 8, courses: 3, workshops: 1 }]);
      for (const [who, seen] of [
        ['the platform admin', 8],
        ['the org admin of A', 3],
        ['a member of B', 1],
        ['anon', 0],
      ] as const) {
        await visit(database, who, async ({ value }) => {
          expect(await value('select count(*)::int from users'), who).toBe(seen);
        });
      }
      await visit(database, 'the instructor', async ({ value }) => {
        expect(
          await value('select total_revenue from get_instructor_dashboard_stats($1)', [
            PEOPLE['the instructor'],
          ]),
        ).toBe('80.00');
      });
      await visit(database, 'anon', async ({ refused }) => {
        expect(await refused('select * from get_workshop_availability(null)')).toMatchObject({
          code: '42501',
        });
      });

      await succeeded(down(project));
      expect(changesBetween(before, await pictureOf(database))).toEqual([]);
    });
  },
);
