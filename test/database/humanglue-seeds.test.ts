import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { DEMO, loadSeeds, PEOPLE, up } from '../support/humanglue.ts';
import { serverVersion, succeeded } from '../support/lms.ts';

const tooOld = (await serverVersion()) < 150_000;

/** What the specification asks for, and what triggers make of it. */
const ROWS = {
  organizations: 2,
  teams: 1,
  users: 8,
  courses: 3,
  course_modules: 1,
  course_lessons: 2,
  course_instructors: 1,
  course_enrollments: 1,
  workshops: 1,
  student_progress: 1,
  student_activity: 1,
  revenue_transactions: 1,
};

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the seeds of humanglue (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database));
  });
  afterAll(() => database.drop());

  async function everything(): Promise<Record<string, unknown[]>> {
    const tables = await database.sql<{ name: string }>(
      `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
    );
    const rows: Record<string, unknown[]> = {};
    for (const { name } of tables) rows[name] = await database.sql(`select * from ${name} order by id`);
    return rows;
  }

  it('load the demo: one person for each way of seeing the data, and what they learn', async () => {
    const report = await succeeded(loadSeeds(database));
    expect(report.seeds?.map(({ status }) => status)).toEqual(Array(6).fill('loaded'));
    const rows = await everything();
    expect(
      Object.fromEntries(
        Object.entries(rows)
          .filter(([, all]) => all.length > 0)
          .map(([table, all]) => [table, all.length]),
      ),
    ).toEqual(ROWS);
    expect(await database.sql('select id from users order by id')).toEqual(
      Object.values(PEOPLE).map((id) => ({ id })),
    );
    expect(await database.sql('select capacity, registered_count from workshops')).toEqual([
      { capacity: 1, registered_count: 0 },
    ]);
    expect(await database.sql('select gross_amount, net_amount from revenue_transactions')).toEqual([
      { gross_amount: '100.00', net_amount: '80.00' },
    ]);
    expect(await database.sql('select lead_id from teams')).toEqual([
      { lead_id: PEOPLE['the team lead of A'] },
    ]);
  });

  it('change nothing when they run twice, even when they are made to', async () => {
    const before = await everything();
    const again = await succeeded(loadSeeds(database));
    expect(again.seeds?.every(({ status }) => status === 'unchanged')).toBe(true);
    await succeeded(loadSeeds(database, { force: true }));
    expect(await everything()).toEqual(before);
  });

  it('leave out what needs a person who is not there', async () => {
    const other = await privateDatabase();
    try {
      await succeeded(up(other));
      // As on a real Supabase project, where the instructor was created and nobody else.
      await other.sql(`delete from lms_db.supabase_shim where object = 'table auth.users'`);
      await other.sql('insert into auth.users (id, email) values ($1, $2)', [
        '00000000-0000-4000-9000-000000000001',
        'ines@teaching.example',
      ]);
      await succeeded(loadSeeds(other));
      expect(
        await other.sql(
          `select (select count(*) from users)::int as users, (select count(*) from courses)::int as courses,
             (select count(*) from course_lessons)::int as lessons, (select count(*) from course_enrollments)::int as enrollments,
             (select min(instructor_id::text) from courses) as instructor`,
        ),
      ).toEqual([
        {
          users: 1,
          courses: 2,
          lessons: 2,
          enrollments: 0,
          instructor: '00000000-0000-4000-9000-000000000001',
        },
      ]);
    } finally {
      await other.drop();
    }
  });

  it('do not exist outside of development', async () => {
    const other = await privateDatabase();
    try {
      const environment = { name: 'production', explicit: true };
      await succeeded(up(other, undefined, { environment }));
      const report = await loadSeeds(other, { environment });
      expect(report.seeds ?? []).toEqual([]);
      expect(await other.sql('select id from organizations')).toEqual([]);
    } finally {
      await other.drop();
    }
  });

  it('put the enrollment where the tests look for it', async () => {
    expect(await database.sql('select id, user_id, course_id from course_enrollments')).toEqual([
      { id: DEMO.enrollment, user_id: PEOPLE['a member of A'], course_id: DEMO.paidCourse },
    ]);
  });
});
