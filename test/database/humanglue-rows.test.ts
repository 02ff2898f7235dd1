import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { DEMO, loadSeeds, PEOPLE, up, visit } from '../support/humanglue.ts';
import type { Visit, Who } from '../support/humanglue.ts';
import { serverVersion, succeeded } from '../support/lms.ts';

const tooOld = (await serverVersion()) < 150_000;

const INSTRUCTOR = PEOPLE['the instructor'];
const CO_INSTRUCTOR = PEOPLE['the co-instructor'];
const MEMBER_A = PEOPLE['a member of A'];
const MEMBER_B = PEOPLE['a member of B'];

/** SQLSTATE of a privilege that is missing and of a row that a policy refuses; the message tells them apart. */
const DENIED = '42501';
const privilege = (table: string): object => ({
  code: DENIED,
  message: `permission denied for table ${table}`,
});
const policy = (table: string): object => ({
  code: DENIED,
  message: `new row violates row-level security policy for table "${table}"`,
});

/** How many rows a statement changes; `id` or whatever it returns does not matter. */
async function changed({ rows }: Visit, statement: string, values?: unknown[]): Promise<number> {
  return (await rows(`${statement} returning 1 as changed`, values)).length;
}

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('row security of humanglue (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  let tables: readonly string[];
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database));
    await succeeded(loadSeeds(database));
    const found = await database.sql<{ name: string }>(
      `select relname::text as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`,
    );
    tables = found.map(({ name }) => name);
  });
  afterAll(() => database.drop());

  const as = <Result>(who: Who, use: (look: Visit) => Promise<Result>): Promise<Result> =>
    visit(database, who, use);

  it('H-10: is asked in the name of the person, and binds that name', () =>
    as('a member of A', async ({ rows }) => {
      expect(
        await rows(
          `select current_user::text as role, auth.uid() as person, row_security_active('users') as bound,
             (select rolsuper or rolbypassrls from pg_roles where rolname = current_user) as above`,
        ),
      ).toEqual([{ role: 'authenticated', person: MEMBER_A, bound: true, above: false }]);
    }));

  it.each<[Who, users: number, courses: number, enrollments: number]>([
    ['the platform admin', 8, 3, 1],
    ['the org admin of A', 3, 3, 1],
    ['the team lead of A', 3, 3, 1],
    ['a member of A', 3, 3, 1],
    ['a member of B', 1, 2, 0],
    ['the instructor', 1, 2, 1],
    ['the co-instructor', 1, 2, 1],
    ['an unrelated user', 1, 2, 0],
    ['anon', 0, 0, 0],
  ])('%s sees %i users, %i courses, %i enrollments', (who, users, courses, enrollments) =>
    as(who, async ({ rows }) => {
      expect(
        await rows(
          `select (select count(*) from users)::int as users, (select count(*) from courses)::int as courses,
             (select count(*) from course_enrollments)::int as enrollments`,
        ),
      ).toEqual([{ users, courses, enrollments }]);
    }),
  );

  it('H-3: no policy asks the table that it guards: each of the 27 tables can be read', async () => {
    expect(tables).toHaveLength(27);
    for (const who of ['a member of A', 'the platform admin', 'anon'] satisfies Who[]) {
      await as(who, async ({ value }) => {
        for (const table of tables) {
          expect(Number(await value(`select count(*) from ${table}`)), table).toBeGreaterThanOrEqual(0);
        }
      });
    }
  });

  it('shows anon nothing, and lets anon write nothing', () =>
    as('anon', async ({ value, refused }) => {
      for (const table of tables) {
        expect(await value(`select count(*)::int from ${table}`), table).toBe(0);
        expect(await refused(`insert into ${table} default values`), table).toMatchObject(privilege(table));
        expect(await refused(`delete from ${table}`), table).toMatchObject(privilege(table));
        expect(await refused(`truncate ${table} cascade`), table).toMatchObject({ code: DENIED });
      }
      expect(await refused('select * from get_course_progress(null, null)')).toMatchObject({ code: DENIED });
      expect(await refused('select * from instructor_course_performance')).toMatchObject({ code: DENIED });
    }));

  it('shows somebody unrelated what is public, and themselves', () =>
    as('an unrelated user', async ({ value }) => {
      const seen: Record<string, unknown> = {};
      for (const table of tables) seen[table] = await value(`select count(*)::int from ${table}`);
      expect(Object.fromEntries(Object.entries(seen).filter(([, count]) => count !== 0))).toEqual({
        users: 1,
        courses: 2,
        course_modules: 1,
        // The preview.
        course_lessons: 1,
        workshops: 1,
      });
    }));

  it('H-11: gives clients for writing what a policy is for, and TRUNCATE of nothing', async () => {
    // has_any_column_privilege is true for the whole table too.
    const rows = await database.sql<{ name: string; command: string; granted: boolean; guarded: boolean }>(
      `select relname::text as name, command,
         case command when 'DELETE' then has_table_privilege('authenticated', pg_class.oid, 'DELETE')
           else has_any_column_privilege('authenticated', pg_class.oid, command) end as granted,
         exists (select from pg_policies where schemaname = 'public' and tablename = relname and cmd = command) as guarded
       from pg_class cross join unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) as command
       where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    expect(rows).toHaveLength(108);
    expect(rows.filter(({ granted, guarded }) => granted !== guarded)).toEqual([]);
    expect(rows.filter(({ guarded }) => guarded)).toHaveLength(85);
    for (const role of ['anon', 'authenticated']) {
      expect(
        await database.sql(
          `select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'v', 'm')
           and has_table_privilege($1, oid, 'TRUNCATE, REFERENCES, TRIGGER')`,
          [role],
        ),
      ).toEqual([]);
    }
  });

  it.each<[what: string, who: Who, statement: string, expected: object]>([
    [
      'self-promotion',
      'a member of A',
      `update users set role = 'admin' where id = '${MEMBER_A}'`,
      privilege('users'),
    ],
    [
      'a team or an organization of one’s own choice',
      'a member of B',
      `update users set organization_id = '${DEMO.organizationA}'`,
      privilege('users'),
    ],
    [
      'a fee of one’s own',
      'the instructor',
      'update instructor_settings set platform_fee_percent = 0',
      privilege('instructor_settings'),
    ],
    [
      'a fee of one’s own from the start',
      'the instructor',
      `insert into instructor_settings (instructor_id, platform_fee_percent) values ('${INSTRUCTOR}', 0)`,
      privilege('instructor_settings'),
    ],
    [
      'revenue of one’s own',
      'the instructor',
      `insert into revenue_transactions (instructor_id, transaction_type, gross_amount, platform_fee, net_amount)
       values ('${INSTRUCTOR}', 'consultation', 100, 0, 100)`,
      privilege('revenue_transactions'),
    ],
    [
      'a better total',
      'the instructor',
      'update instructor_profiles set total_revenue = 1000000',
      privilege('instructor_profiles'),
    ],
    [
      'the seat counter',
      'the instructor',
      'update workshops set registered_count = 0',
      privilege('workshops'),
    ],
    [
      'a score of one’s own',
      'a member of A',
      'update assessments set overall_score = 100',
      privilege('assessments'),
    ],
    [
      'a score of one’s own answer',
      'a member of A',
      'update assessment_responses set score = 100',
      privilege('assessment_responses'),
    ],
    [
      'progress of the course as a whole',
      'a member of A',
      'update course_enrollments set progress = 100',
      privilege('course_enrollments'),
    ],
    [
      'a paid course without payment',
      'a member of A',
      // The enrollment of the seeds is elsewhere: another course, made paid, would hide what is asked here.
      `insert into course_enrollments (course_id, user_id, organization_id)
       values ('${DEMO.paidCourse}', '${MEMBER_A}', '${DEMO.organizationA}')`,
      policy('course_enrollments'),
    ],
    [
      'a price of one’s own choice',
      'a member of B',
      `insert into course_enrollments (course_id, user_id, price_paid) values ('${DEMO.paidCourse}', '${MEMBER_B}', 100)`,
      privilege('course_enrollments'),
    ],
    [
      'enrolling under another organization',
      'a member of B',
      `insert into course_enrollments (course_id, user_id, organization_id)
       values ('${DEMO.freeCourse}', '${MEMBER_B}', '${DEMO.organizationA}')`,
      policy('course_enrollments'),
    ],
    [
      'enrolling somebody else',
      'a member of B',
      `insert into course_enrollments (course_id, user_id) values ('${DEMO.freeCourse}', '${MEMBER_A}')`,
      policy('course_enrollments'),
    ],
    [
      'a course of another organization',
      'a member of B',
      `insert into course_enrollments (course_id, user_id, organization_id)
       values ('${DEMO.internalCourse}', '${MEMBER_B}', '${DEMO.organizationB}')`,
      policy('course_enrollments'),
    ],
    [
      'a review without an enrollment',
      'a member of B',
      `insert into course_reviews (course_id, student_id, enrollment_id, rating)
       values ('${DEMO.paidCourse}', '${MEMBER_B}', '${DEMO.enrollment}', 5)`,
      policy('course_reviews'),
    ],
    [
      'a rating of 6',
      'a member of A',
      `insert into course_reviews (course_id, student_id, enrollment_id, rating)
       values ('${DEMO.paidCourse}', '${MEMBER_A}', '${DEMO.enrollment}', 6)`,
      { code: '23514', constraint: 'course_reviews_rating_check' },
    ],
    [
      'a course in the name of another organization',
      'a member of B',
      `insert into courses (organization_id, instructor_id, title, slug)
       values ('${DEMO.organizationA}', '${MEMBER_B}', 'Mine', 'mine')`,
      policy('courses'),
    ],
    [
      'moving a team to another organization',
      'the team lead of A',
      `update teams set organization_id = '${DEMO.organizationB}'`,
      privilege('teams'),
    ],
    [
      'a better subscription',
      'the org admin of A',
      `update organizations set subscription_tier = 'enterprise'`,
      privilege('organizations'),
    ],
    ['a rating as an expert', 'an unrelated user', 'update experts set rating = 5', privilege('experts')],
    [
      'a consultation that is paid',
      'an unrelated user',
      `insert into consultations (expert_id, user_id, payment_status) values (gen_random_uuid(), auth.uid(), 'completed')`,
      privilege('consultations'),
    ],
  ])('H-11: refuses %s', (_, who, statement, expected) =>
    as(who, async ({ refused }) => {
      expect(await refused(statement)).toMatchObject(expected);
    }),
  );

  it('lets people do what is theirs to do', async () => {
    await as('a member of B', async (look) => {
      const [enrollment] = await look.rows<{ id: string }>(
        `insert into course_enrollments (course_id, user_id, organization_id) values ($1, $2, $3) returning id`,
        [DEMO.freeCourse, MEMBER_B, DEMO.organizationB],
      );
      await look.rows(
        'insert into course_reviews (course_id, student_id, enrollment_id, rating) values ($1, $2, $3, 5)',
        [DEMO.freeCourse, MEMBER_B, enrollment?.id],
      );
      // Not to another course: the enrollment was what allowed it.
      expect(await look.refused(`update course_reviews set course_id = '${DEMO.paidCourse}'`)).toMatchObject(
        privilege('course_reviews'),
      );
      expect(await changed(look, `update users set job_title = 'Head of buying'`)).toBe(1);
      await look.rows(
        'insert into workshop_registrations (workshop_id, user_id, organization_id) values ($1, $2, $3)',
        [DEMO.workshop, MEMBER_B, DEMO.organizationB],
      );
      expect(await look.value('select registered_count from workshops')).toBe(1);
      // Coming is for the facilitator to say.
      expect(await changed(look, `update workshop_registrations set status = 'attended'`)).toBe(0);
      await look.become('the instructor');
      expect(await changed(look, `update workshop_registrations set status = 'attended'`)).toBe(1);
    });
    await as('a member of A', async (look) => {
      expect(await look.value('select count(*)::int from course_lessons')).toBe(2);
      await look.rows(
        'insert into lesson_progress (enrollment_id, user_id, lesson_id, progress, completed_at) values ($1, $2, $3, 100, now())',
        [DEMO.enrollment, MEMBER_A, DEMO.firstLesson],
      );
      expect(await look.value('select progress from course_enrollments')).toBe('50.00');
      expect(await look.value('select lessons_completed from student_progress')).toBe(1);
      await look.become('an unrelated user');
      expect(await look.value('select count(*)::int from lesson_progress')).toBe(0);
    });
    await as('the org admin of A', async (look) => {
      await look.rows(`insert into teams (organization_id, name) values ($1, 'Sales')`, [DEMO.organizationA]);
      expect(
        await look.refused(
          `insert into teams (organization_id, name) values ('${DEMO.organizationB}', 'Sales')`,
        ),
      ).toMatchObject(policy('teams'));
      expect(await changed(look, `update organizations set website = 'https://alder.example'`)).toBe(1);
    });
  });

  it('shows an assessment to the person, the team lead and the org admin, and takes answers while it runs', () =>
    as('service', async (look) => {
      const template = await look.value(
        `insert into assessment_templates (title, is_published) values ('Adaptability', true) returning id`,
      );
      const elsewhere = await look.value(
        `insert into assessment_templates (organization_id, title, is_published) values ($1, 'Theirs', true) returning id`,
        [DEMO.organizationB],
      );
      await look.become('a member of A');
      const begin = (id: unknown): string =>
        `insert into assessments (template_id, user_id, organization_id)
         values ('${String(id)}', '${MEMBER_A}', '${DEMO.organizationA}') returning id`;
      expect(await look.refused(begin(elsewhere))).toMatchObject(policy('assessments'));
      const id = await look.value(begin(template));
      const answer = `insert into assessment_responses (assessment_id, question_key, response) values ('${String(id)}', 'q1', '4')`;
      expect(await look.refused(answer)).toMatchObject(policy('assessment_responses'));
      await look.rows(`update assessments set status = 'in_progress', started_at = now()`);
      await look.rows(answer);
      for (const [who, seen] of [
        ['the team lead of A', 1],
        ['the org admin of A', 1],
        ['the platform admin', 1],
        ['a member of B', 0],
        ['the instructor', 0],
      ] satisfies [Who, number][]) {
        await look.become(who);
        expect(await look.value('select count(*)::int from assessments'), who).toBe(seen);
        expect(await look.value('select count(*)::int from assessment_responses'), who).toBe(seen);
        expect(await changed(look, `update assessment_responses set response = '5'`), who).toBe(0);
      }
      await look.become('service');
      await look.rows(
        `update assessments set status = 'completed', completed_at = now(), overall_score = 72.5`,
      );
      await look.become('a member of A');
      expect(await look.value('select get_user_adaptability_score($1)', [MEMBER_A])).toBe('72.50');
      expect(await changed(look, `update assessments set status = 'in_progress'`)).toBe(0);
      await look.become('a member of B');
      expect(await look.value('select get_user_adaptability_score($1)', [MEMBER_A])).toBeNull();
    }));

  it('lets a lead from another organization see nothing of the team', () =>
    as('service', async (look) => {
      await look.rows('update teams set lead_id = $1', [MEMBER_B]);
      await look.become('a member of B');
      expect(await look.value('select count(*)::int from course_enrollments')).toBe(0);
    }));

  it('takes role and organization from who is no longer active', () =>
    as('service', async (look) => {
      await look.rows('update users set is_active = false');
      for (const who of ['the platform admin', 'the org admin of A', 'the team lead of A'] satisfies Who[]) {
        await look.become(who);
        expect(await look.value('select count(*)::int from users'), who).toBe(1);
        expect(await look.value('select count(*)::int from course_enrollments'), who).toBe(0);
      }
    }));

  it('H-5: tells the instructor of 80.00 of revenue, and a stranger and the co-instructor of 0', async () => {
    const year = `'2025-01-01', '2026-01-01'`;
    for (const [who, revenue, rows] of [
      ['the instructor', '80.00', 1],
      ['the platform admin', '80.00', 1],
      ['the co-instructor', '0', 0],
      ['an unrelated user', '0', 0],
      ['the org admin of A', '0', 0],
    ] satisfies [Who, string, number][]) {
      await as(who, async (look) => {
        expect(
          await look.value('select total_revenue from get_instructor_dashboard_stats($1)', [INSTRUCTOR]),
          who,
        ).toBe(revenue);
        expect(
          await look.value(`select count(*)::int from get_instructor_revenue_breakdown($1, ${year})`, [
            INSTRUCTOR,
          ]),
          who,
        ).toBe(rows);
        expect(
          await look.value('select total_revenue from instructor_course_performance where course_id = $1', [
            DEMO.paidCourse,
          ]),
          who,
        ).toBe(revenue);
        expect(await look.value('select count(*)::int from revenue_transactions'), who).toBe(rows);
      });
    }
  });

  it('H-5: hides the totals in courses, workshops and profiles from clients, and from nobody else', async () => {
    for (const table of ['courses', 'workshops', 'instructor_profiles']) {
      await as('the instructor', async ({ refused }) => {
        expect(await refused(`select total_revenue from ${table}`)).toMatchObject(privilege(table));
      });
      await as('service', async ({ rows }) => {
        await rows(`select total_revenue from ${table}`);
      });
    }
  });

  it('H-6: keeps the materialized views for the service, which refreshes them', async () => {
    for (const who of ['the platform admin', 'a member of A', 'anon'] satisfies Who[]) {
      await as(who, async ({ refused }) => {
        for (const view of ['organization_overview', 'user_learning_progress']) {
          expect(await refused(`select * from ${view}`)).toMatchObject({
            code: DENIED,
            message: `permission denied for materialized view ${view}`,
          });
        }
        expect(await refused('select app_private.refresh_overviews()')).toMatchObject({ code: DENIED });
      });
    }
    await as('service', async ({ rows, value }) => {
      expect(await value('select count(*)::int from organization_overview')).toBe(0);
      await rows('select app_private.refresh_overviews()');
      expect(
        await rows(
          `select name, user_count::int, team_count::int, course_count::int, enrollment_count::int from organization_overview order by name`,
        ),
      ).toEqual([
        { name: 'Alder Works', user_count: 3, team_count: 1, course_count: 1, enrollment_count: 1 },
        { name: 'Birch & Sons', user_count: 1, team_count: 0, course_count: 0, enrollment_count: 0 },
      ]);
      expect(await value('select count(*)::int from user_learning_progress')).toBe(8);
    });
  });

  it('lets a co-instructor read, and write with can_edit alone, which only the instructor gives', () =>
    as('the co-instructor', async (look) => {
      const write = `insert into course_modules (course_id, title, order_index) values ('${DEMO.paidCourse}', 'More', 5)`;
      expect(await look.value('select count(*)::int from course_lessons')).toBe(2);
      expect(await look.value('select count(*)::int from student_progress')).toBe(1);
      expect(await look.refused(write)).toMatchObject(policy('course_modules'));
      expect(
        await changed(look, 'update course_instructors set can_edit = true, revenue_share_percent = 100'),
      ).toBe(0);
      await look.become('the instructor');
      expect(await changed(look, 'update course_instructors set can_edit = true')).toBe(1);
      await look.become('the co-instructor');
      await look.rows(write);
      expect(await changed(look, 'delete from course_instructors')).toBe(0);
      await look.become('an unrelated user');
      expect(await look.refused(write)).toMatchObject(policy('course_modules'));
      expect(
        await look.refused(
          `insert into course_instructors (course_id, instructor_id) values ('${DEMO.paidCourse}', auth.uid())`,
        ),
      ).toMatchObject(policy('course_instructors'));
    }));

  it('lets a co-facilitator read registrations, and write with can_edit alone', () =>
    as('service', async (look) => {
      await look.rows('insert into workshop_registrations (workshop_id, user_id) values ($1, $2)', [
        DEMO.workshop,
        MEMBER_B,
      ]);
      const attend = `update workshop_registrations set status = 'attended'`;
      for (const [edit, count] of [
        [false, 0],
        [true, 1],
      ] as const) {
        await look.become('service');
        await look.rows(
          `insert into workshop_facilitators (workshop_id, facilitator_id, can_edit) values ($1, $2, $3)
           on conflict (workshop_id, facilitator_id) do update set can_edit = excluded.can_edit`,
          [DEMO.workshop, CO_INSTRUCTOR, edit],
        );
        await look.become('the co-instructor');
        expect(await look.value('select count(*)::int from workshop_registrations')).toBe(1);
        expect(await changed(look, attend)).toBe(count);
      }
    }));

  it('lets nobody but the service call what keeps the statistics', () =>
    as('the instructor', async ({ refused, become, rows }) => {
      const refresh = `select app_private.refresh_course_statistics('${DEMO.paidCourse}')`;
      expect(await refused(refresh)).toMatchObject({ code: DENIED });
      await become('service');
      await rows(refresh);
    }));

  it('H-13: functions take ids, and the calls of the document run with them', () =>
    as('the instructor', async ({ rows, refused }) => {
      expect(
        await refused(`select * from get_instructor_dashboard_stats('instructor-user-id')`),
      ).toMatchObject({
        code: '22P02',
      });
      expect(
        await rows('select * from get_instructor_student_progress($1, $2)', [INSTRUCTOR, DEMO.paidCourse]),
      ).toMatchObject([{ student_id: MEMBER_A, total_lessons: 2, progress: '0.00', status: 'enrolled' }]);
      expect(
        await rows(
          `select * from get_instructor_revenue_breakdown($1, '2025-01-01'::timestamptz, '2025-12-31'::timestamptz)`,
          [INSTRUCTOR],
        ),
      ).toEqual([
        {
          transaction_type: 'course_enrollment',
          currency: 'USD',
          transaction_count: '1',
          gross_amount: '100.00',
          platform_fee: '20.00',
          net_amount: '80.00',
        },
      ]);
      expect(await rows('select * from get_instructor_recent_activity($1, 50)', [INSTRUCTOR])).toMatchObject([
        { activity_type: 'enrolled', student_id: MEMBER_A },
      ]);
      expect(await rows('select * from get_instructor_recent_activity($1, 0)', [INSTRUCTOR])).toEqual([]);
    }));

  it('answers each question about organizations, workshops and experts as far as the caller may see', () =>
    as('service', async ({ rows, value, become }) => {
      const expert = await value(`insert into experts (display_name) values ('Eve Expert') returning id`);
      const [first] = await rows<{ id: string }>(
        `insert into expert_availability (expert_id, starts_at, ends_at, is_booked) values
           ($1, '2030-01-01 09:00Z', '2030-01-01 10:00Z', false), ($1, '2030-01-01 10:00Z', '2030-01-01 11:00Z', true),
           ($1, '2030-01-01 11:00Z', '2030-01-01 12:00Z', false), ($1, '2030-01-02 09:00Z', '2030-01-02 10:00Z', false)
         returning id`,
        [expert],
      );
      await rows('insert into consultations (expert_id, user_id, availability_id) values ($1, $2, $3)', [
        expert,
        MEMBER_A,
        first?.id,
      ]);
      const free = `select starts_at from get_expert_availability($1, '2030-01-01 00:00Z', '2030-01-02 00:00Z')`;
      expect(await rows(free, [expert])).toEqual([{ starts_at: new Date('2030-01-01T11:00:00Z') }]);
      await become('the org admin of A');
      expect(await rows('select * from get_organization_metrics($1)', [DEMO.organizationA])).toMatchObject([
        { user_count: '3', team_count: '1', course_count: '1', enrollment_count: '1' },
      ]);
      expect(
        await rows('select * from get_course_progress($1, $2)', [MEMBER_A, DEMO.paidCourse]),
      ).toMatchObject([
        { status: 'enrolled', progress: '0.00', total_lessons: null, completed_lessons: null },
      ]);
      for (const who of [
        'a member of A',
        'the instructor',
        'the platform admin',
        'service',
      ] satisfies Who[]) {
        await become(who);
        expect(
          await rows('select * from get_course_progress($1, $2)', [MEMBER_A, DEMO.paidCourse]),
          who,
        ).toMatchObject([{ status: 'enrolled', total_lessons: '2', completed_lessons: '0' }]);
      }
      await become('a member of B');
      expect(await rows('select * from get_organization_metrics($1)', [DEMO.organizationA])).toMatchObject([
        { user_count: '0', team_count: '0', course_count: '0', enrollment_count: '0' },
      ]);
      expect(await rows('select * from get_course_progress($1, $2)', [MEMBER_A, DEMO.paidCourse])).toEqual(
        [],
      );
    }));
});
