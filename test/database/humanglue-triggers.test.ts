import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { DEMO, loadSeeds, PEOPLE, up, visit } from '../support/humanglue.ts';
import type { Visit } from '../support/humanglue.ts';
import { serverVersion, succeeded } from '../support/lms.ts';

const tooOld = (await serverVersion()) < 150_000;

const INSTRUCTOR = PEOPLE['the instructor'];
const STUDENT = PEOPLE['a member of B'];
const OTHER = PEOPLE['an unrelated user'];

/** Enrolls the member of B in the paid course and gives back the enrollment. */
async function enroll({ value }: Visit, price = 0, course: string = DEMO.paidCourse): Promise<string> {
  const id = await value(
    `insert into course_enrollments (course_id, user_id, organization_id, price_paid)
     values ($1, $2, $3, $4) returning id`,
    [course, STUDENT, DEMO.organizationB, price],
  );
  return String(id);
}

/** Completes a lesson in an enrollment of the member of B. */
async function complete({ rows }: Visit, enrollment: string, lesson: string): Promise<void> {
  await rows(
    `insert into lesson_progress (enrollment_id, user_id, lesson_id, progress, completed_at)
     values ($1, $2, $3, 100, now())`,
    [enrollment, STUDENT, lesson],
  );
}

/** Registers somebody for the workshop with a single seat and gives back the registration. */
async function register({ value }: Visit, person: string, status = 'registered', price = 0): Promise<string> {
  const id = await value(
    `insert into workshop_registrations (workshop_id, user_id, status, price_paid) values ($1, $2, $3, $4) returning id`,
    [DEMO.workshop, person, status, price],
  );
  return String(id);
}

/** Reviews the paid course with an enrollment of the member of B, and gives back the review. */
async function review({ value }: Visit, enrollment: string, rating: number): Promise<string> {
  const id = await value(
    `insert into course_reviews (course_id, student_id, enrollment_id, rating) values ($1, $2, $3, $4) returning id`,
    [DEMO.paidCourse, STUDENT, enrollment, rating],
  );
  return String(id);
}

// Needs PostgreSQL 15, as the whole project.
describe.skipIf(tooOld)('the triggers of humanglue (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database));
    await succeeded(loadSeeds(database));
    await database.sql('insert into instructor_profiles (user_id) values ($1)', [INSTRUCTOR]);
  });
  afterAll(() => database.drop());

  /** A service at work, and nothing of it stays. */
  const service = <Result>(use: (work: Visit) => Promise<Result>): Promise<Result> =>
    visit(database, 'service', use);

  it('1: an enrollment makes a row of student_progress', () =>
    service(async (work) => {
      const enrollment = await enroll(work);
      expect(
        await work.rows(
          `select student_id, course_id, instructor_id, progress from student_progress where enrollment_id = $1`,
          [enrollment],
        ),
      ).toEqual([
        { student_id: STUDENT, course_id: DEMO.paidCourse, instructor_id: INSTRUCTOR, progress: '0.00' },
      ]);
    }));

  it('2: with the number of lessons of the course', () =>
    service(async (work) => {
      const lessons = (enrollment: string): Promise<unknown> =>
        work.value(`select total_lessons from student_progress where enrollment_id = $1`, [enrollment]);
      expect(await lessons(await enroll(work))).toBe(2);
      expect(await lessons(await enroll(work, 0, DEMO.freeCourse))).toBe(0);
    }));

  it('3: and an activity that says so', () =>
    service(async (work) => {
      const enrollment = await enroll(work);
      expect(
        await work.rows(
          `select activity_type, course_id, instructor_id, metadata from student_activity where student_id = $1`,
          [STUDENT],
        ),
      ).toEqual([
        {
          activity_type: 'enrolled',
          course_id: DEMO.paidCourse,
          instructor_id: INSTRUCTOR,
          metadata: { enrollment_id: enrollment },
        },
      ]);
    }));

  it('4: it counts in enrollment_count, until it is deleted', () =>
    service(async (work) => {
      const count = (): Promise<unknown> =>
        work.value('select enrollment_count from courses where id = $1', [DEMO.paidCourse]);
      expect(await count()).toBe(1);
      const enrollment = await enroll(work);
      expect(await count()).toBe(2);
      await work.rows('delete from course_enrollments where id = $1', [enrollment]);
      expect(await count()).toBe(1);
    }));

  it('5: total_students counts people, not enrollments', () =>
    service(async (work) => {
      const students = (): Promise<unknown> =>
        work.value('select total_students from instructor_profiles where user_id = $1', [INSTRUCTOR]);
      await enroll(work);
      expect(await students()).toBe(2);
      await enroll(work, 0, DEMO.freeCourse);
      expect(await students()).toBe(2);
      // Both in one statement, and one of them stays.
      await work.rows('delete from course_enrollments where user_id = $1', [STUDENT]);
      expect(await students()).toBe(1);
    }));

  it('6: a paid enrollment makes revenue', () =>
    service(async (work) => {
      const enrollment = await enroll(work, 100);
      expect(
        await work.rows(
          `select instructor_id, student_id, transaction_type, currency, status from revenue_transactions
           where enrollment_id = $1`,
          [enrollment],
        ),
      ).toEqual([
        {
          instructor_id: INSTRUCTOR,
          student_id: STUDENT,
          transaction_type: 'course_enrollment',
          currency: 'USD',
          status: 'completed',
        },
      ]);
      expect(await work.value('select total_revenue from courses where id = $1', [DEMO.paidCourse])).toBe(
        '160.00',
      );
      expect(
        await work.value('select total_revenue from instructor_profiles where user_id = $1', [INSTRUCTOR]),
      ).toBe('160.00');
    }));

  it.each([
    ['20 per cent without settings', undefined, ['100.00', '20.00', '80.00']],
    ['what the settings of the instructor say', 12.5, ['100.00', '12.50', '87.50']],
    ['nothing, where they say so', 0, ['100.00', '0.00', '100.00']],
  ])('7: of which the platform keeps %s', (_, percent, expected) =>
    service(async (work) => {
      if (percent !== undefined) {
        await work.rows(
          'insert into instructor_settings (instructor_id, platform_fee_percent) values ($1, $2)',
          [INSTRUCTOR, percent],
        );
      }
      const [row] = await work.rows(
        'select gross_amount, platform_fee, net_amount from revenue_transactions where enrollment_id = $1',
        [await enroll(work, 100)],
      );
      expect(Object.values(row ?? {})).toEqual(expected);
    }),
  );

  it('8: a free enrollment makes none, nor one in a course without an instructor, nor one that is not paid yet', () =>
    service(async (work) => {
      const count = (): Promise<unknown> => work.value('select count(*)::int from revenue_transactions');
      await enroll(work);
      expect(await count()).toBe(1);
      await work.rows('update courses set instructor_id = null where id = $1', [DEMO.internalCourse]);
      const unowned = await enroll(work, 50, DEMO.internalCourse);
      expect(await count()).toBe(1);
      // Whoever teaches it later does not earn from it.
      await work.rows('update courses set instructor_id = $1 where id = $2', [
        INSTRUCTOR,
        DEMO.internalCourse,
      ]);
      await work.rows(`update course_enrollments set status = 'in_progress' where id = $1`, [unowned]);
      expect(await count()).toBe(1);
      await work.rows(
        `insert into course_enrollments (course_id, user_id, price_paid, payment_status) values ($1, $2, 100, 'pending')`,
        [DEMO.paidCourse, OTHER],
      );
      expect(await count()).toBe(1);
      await work.rows(`update course_enrollments set payment_status = 'completed' where user_id = $1`, [
        OTHER,
      ]);
      expect(await count()).toBe(2);
    }));

  it('9: repeated updates add none, not even under another instructor', () =>
    service(async (work) => {
      const enrollment = await enroll(work, 100);
      const pay = `update course_enrollments set payment_status = 'completed', price_paid = 100 where id = $1`;
      await work.rows(pay, [enrollment]);
      await work.rows('update courses set instructor_id = $1 where id = $2', [
        PEOPLE['the co-instructor'],
        DEMO.paidCourse,
      ]);
      await work.rows(pay, [enrollment]);
      expect(
        await work.rows('select instructor_id from revenue_transactions where enrollment_id = $1', [
          enrollment,
        ]),
      ).toEqual([{ instructor_id: INSTRUCTOR }]);
    }));

  it('takes back with a refund what the sale gave, once', () =>
    service(async (work) => {
      const enrollment = await enroll(work, 100);
      const refund = `update course_enrollments set payment_status = 'refunded' where id = $1`;
      await work.rows(refund, [enrollment]);
      await work.rows(refund, [enrollment]);
      expect(
        await work.rows(
          `select transaction_type, gross_amount, platform_fee, net_amount from revenue_transactions
           where enrollment_id = $1 order by transaction_type`,
          [enrollment],
        ),
      ).toEqual([
        {
          transaction_type: 'course_enrollment',
          gross_amount: '100.00',
          platform_fee: '20.00',
          net_amount: '80.00',
        },
        { transaction_type: 'refund', gross_amount: '-100.00', platform_fee: '-20.00', net_amount: '-80.00' },
      ]);
      expect(await work.value('select total_revenue from courses where id = $1', [DEMO.paidCourse])).toBe(
        '80.00',
      );
    }));

  it('10: a completed lesson counts, until it is taken back', () =>
    service(async (work) => {
      const enrollment = await enroll(work);
      const completed = (): Promise<unknown> =>
        work.value('select lessons_completed from student_progress where enrollment_id = $1', [enrollment]);
      await complete(work, enrollment, DEMO.firstLesson);
      expect(await completed()).toBe(1);
      await work.rows(
        'update lesson_progress set progress = 40, completed_at = null where enrollment_id = $1',
        [enrollment],
      );
      expect(await completed()).toBe(0);
    }));

  const standing = `select status, progress, completed_at = now() as dated from course_enrollments where id = $1`;

  it('11: one of two lessons is 50 per cent, in progress', () =>
    service(async (work) => {
      const enrollment = await enroll(work);
      await complete(work, enrollment, DEMO.firstLesson);
      expect(await work.rows(standing, [enrollment])).toEqual([
        { status: 'in_progress', progress: '50.00', dated: null },
      ]);
    }));

  it('12: two of two are 100 per cent, completed, and dated', () =>
    service(async (work) => {
      const enrollment = await enroll(work);
      await complete(work, enrollment, DEMO.firstLesson);
      await complete(work, enrollment, DEMO.secondLesson);
      expect(await work.rows(standing, [enrollment])).toEqual([
        { status: 'completed', progress: '100.00', dated: true },
      ]);
      expect(
        await work.rows(
          `select lessons_completed, total_lessons, progress, completed_at = now() as dated from student_progress
           where enrollment_id = $1`,
          [enrollment],
        ),
      ).toEqual([{ lessons_completed: 2, total_lessons: 2, progress: '100.00', dated: true }]);
    }));

  it('lets a completed course stay completed when a lesson is taken back, and a dropped one dropped', () =>
    service(async (work) => {
      const enrollment = await enroll(work);
      await complete(work, enrollment, DEMO.firstLesson);
      await work.rows(`update course_enrollments set status = 'dropped' where id = $1`, [enrollment]);
      await complete(work, enrollment, DEMO.secondLesson);
      expect(await work.rows(standing, [enrollment])).toEqual([
        { status: 'dropped', progress: '100.00', dated: null },
      ]);
      await work.rows(
        `update course_enrollments set status = 'completed', completed_at = now() where id = $1`,
        [enrollment],
      );
      await work.rows('delete from lesson_progress where lesson_id = $1', [DEMO.secondLesson]);
      expect(await work.rows(standing, [enrollment])).toEqual([
        { status: 'completed', progress: '50.00', dated: true },
      ]);
    }));

  it('13: the activities say lesson_started, lesson_completed and course_completed, once each', () =>
    service(async (work) => {
      const enrollment = await enroll(work);
      await work.rows(
        'insert into lesson_progress (enrollment_id, user_id, lesson_id, progress) values ($1, $2, $3, 10)',
        [enrollment, STUDENT, DEMO.firstLesson],
      );
      for (const progress of [60, 100, 100]) {
        await work.rows(
          `update lesson_progress set progress = $2::int, completed_at = case $2::int when 100 then now() end, time_spent_seconds = time_spent_seconds + 60
           where enrollment_id = $1`,
          [enrollment, progress],
        );
      }
      await complete(work, enrollment, DEMO.secondLesson);
      expect(
        await work.rows(
          `select activity_type, count(*)::int as n from student_activity where student_id = $1 group by 1 order by 1`,
          [STUDENT],
        ),
      ).toEqual([
        { activity_type: 'enrolled', n: 1 },
        { activity_type: 'lesson_started', n: 1 },
        { activity_type: 'lesson_completed', n: 2 },
        { activity_type: 'course_completed', n: 1 },
      ]);
    }));

  const reputation = `select review_count, average_rating from courses where id = '${DEMO.paidCourse}'`;

  it('14: a review sets average_rating, of the course and of the instructor', () =>
    service(async (work) => {
      await review(work, await enroll(work), 4);
      expect(await work.rows(reputation)).toEqual([{ review_count: 1, average_rating: '4.00' }]);
      await work.rows(
        `insert into course_reviews (course_id, student_id, enrollment_id, rating) values ($1, $2, $3, 5)`,
        [DEMO.paidCourse, PEOPLE['a member of A'], DEMO.enrollment],
      );
      expect(await work.rows(reputation)).toEqual([{ review_count: 2, average_rating: '4.50' }]);
      expect(
        await work.value('select average_rating from instructor_profiles where user_id = $1', [INSTRUCTOR]),
      ).toBe('4.50');
      expect(
        await work.value(
          `select count(*)::int from student_activity where activity_type = 'review_posted' and metadata ? 'review_id'`,
        ),
      ).toBe(2);
    }));

  it('15: deleting or hiding it resets that', () =>
    service(async (work) => {
      const id = await review(work, await enroll(work), 4);
      await work.rows('update course_reviews set is_published = false where id = $1', [id]);
      expect(await work.rows(reputation)).toEqual([{ review_count: 0, average_rating: null }]);
      await work.rows('update course_reviews set is_published = true, rating = 2 where id = $1', [id]);
      expect(await work.rows(reputation)).toEqual([{ review_count: 1, average_rating: '2.00' }]);
      await work.rows('delete from course_reviews where id = $1', [id]);
      expect(await work.rows(reputation)).toEqual([{ review_count: 0, average_rating: null }]);
    }));

  it('16: a full workshop refuses, a place on the waiting list is given, and cancelling frees the seat', () =>
    service(async (work) => {
      const first = await register(work, STUDENT);
      const full = `insert into workshop_registrations (workshop_id, user_id) values ('${DEMO.workshop}', '${OTHER}')`;
      expect(await work.refused(full)).toMatchObject({
        code: '23514',
        constraint: 'workshops_capacity_limit_check',
      });
      const waiting = await register(work, OTHER, 'waitlisted');
      const seats = 'select * from get_workshop_availability($1)';
      expect(await work.rows(seats, [DEMO.workshop])).toEqual([
        { capacity: 1, registered_count: 1, available_seats: 0, is_full: true, is_open: true },
      ]);
      await work.rows(
        `update workshop_registrations set status = 'cancelled', cancelled_at = now() where id = $1`,
        [first],
      );
      expect(await work.rows(seats, [DEMO.workshop])).toMatchObject([{ available_seats: 1, is_full: false }]);
      await work.rows(`update workshop_registrations set status = 'registered' where id = $1`, [waiting]);
      // Coming takes no second seat.
      await work.rows(`update workshop_registrations set status = 'attended' where id = $1`, [waiting]);
      expect(await work.rows(seats, [DEMO.workshop])).toMatchObject([{ registered_count: 1 }]);
      await work.rows('delete from workshop_registrations');
      expect(await work.rows(seats, [DEMO.workshop])).toMatchObject([{ registered_count: 0 }]);
    }));

  it('17: feedback sets average_satisfaction, and its deletion resets it', () =>
    service(async (work) => {
      const registration = await register(work, STUDENT, 'attended');
      const feedback = `select feedback_count, average_satisfaction from workshops where id = '${DEMO.workshop}'`;
      await work.rows(
        `insert into workshop_feedback (workshop_id, student_id, registration_id, satisfaction) values ($1, $2, $3, 5)`,
        [DEMO.workshop, STUDENT, registration],
      );
      expect(await work.rows(feedback)).toEqual([{ feedback_count: 1, average_satisfaction: '5.00' }]);
      await work.rows('update workshop_feedback set satisfaction = 3');
      expect(await work.rows(feedback)).toEqual([{ feedback_count: 1, average_satisfaction: '3.00' }]);
      await work.rows('delete from workshop_feedback');
      expect(await work.rows(feedback)).toEqual([{ feedback_count: 0, average_satisfaction: null }]);
    }));

  it('tell of a registration and of coming, and make revenue of a paid one', () =>
    service(async (work) => {
      const registration = await register(work, STUDENT, 'registered', 40);
      await work.rows(`update workshop_registrations set status = 'attended' where id = $1`, [registration]);
      expect(
        await work.rows(
          `select activity_type from student_activity where workshop_id = $1 order by activity_type`,
          [DEMO.workshop],
        ),
      ).toEqual([{ activity_type: 'workshop_registered' }, { activity_type: 'workshop_attended' }]);
      expect(
        await work.rows(
          `select transaction_type, net_amount from revenue_transactions where registration_id = $1`,
          [registration],
        ),
      ).toEqual([{ transaction_type: 'workshop_registration', net_amount: '32.00' }]);
      expect(await work.value('select total_revenue from workshops where id = $1', [DEMO.workshop])).toBe(
        '32.00',
      );
    }));

  it('refuse progress in a lesson of another course', () =>
    service(async (work) => {
      const elsewhere = await enroll(work, 0, DEMO.freeCourse);
      expect(
        await work.refused(
          `insert into lesson_progress (enrollment_id, user_id, lesson_id) values ('${elsewhere}', '${STUDENT}', '${DEMO.firstLesson}')`,
        ),
      ).toMatchObject({
        code: '23514',
        message: `lesson ${DEMO.firstLesson} is not in the course of enrollment ${elsewhere}`,
      });
    }));

  it('let a student go with everything, and the statistics follow; the revenue stays', () =>
    service(async (work) => {
      const enrollment = await enroll(work, 100);
      await complete(work, enrollment, DEMO.firstLesson);
      await complete(work, enrollment, DEMO.secondLesson);
      await review(work, enrollment, 2);
      const registration = await register(work, STUDENT, 'attended', 10);
      await work.rows(
        `insert into workshop_feedback (workshop_id, student_id, registration_id, satisfaction) values ($1, $2, $3, 1)`,
        [DEMO.workshop, STUDENT, registration],
      );
      await work.rows('delete from auth.users where id = $1', [STUDENT]);
      expect(
        await work.rows(
          `select enrollment_count, review_count, average_rating, total_revenue from courses where id = $1`,
          [DEMO.paidCourse],
        ),
      ).toEqual([{ enrollment_count: 1, review_count: 0, average_rating: null, total_revenue: '80.00' }]);
      expect(
        await work.rows(
          'select registered_count, feedback_count, average_satisfaction, total_revenue from workshops',
        ),
      ).toEqual([
        { registered_count: 0, feedback_count: 0, average_satisfaction: null, total_revenue: '0.00' },
      ]);
      expect(
        await work.rows(
          'select total_students, average_rating, total_revenue from instructor_profiles where user_id = $1',
          [INSTRUCTOR],
        ),
      ).toEqual([{ total_students: 1, average_rating: null, total_revenue: '168.00' }]);
      expect(
        await work.rows(
          `select student_id, enrollment_id, registration_id from revenue_transactions where net_amount <> 80 or enrollment_id is null`,
        ),
      ).toEqual([
        { student_id: null, enrollment_id: null, registration_id: null },
        { student_id: null, enrollment_id: null, registration_id: null },
      ]);
    }));

  it('let an organization go with its teams; its people stay, alone', () =>
    service(async (work) => {
      await work.rows('delete from organizations where id = $1', [DEMO.organizationA]);
      expect(
        await work.rows(
          `select count(*)::int as people, count(organization_id)::int as placed, count(team_id)::int as teamed from users`,
        ),
      ).toEqual([{ people: 8, placed: 1, teamed: 0 }]);
    }));

  it('set updated_at when a row really changes, and only then', () =>
    service(async (work) => {
      const at = `select updated_at > now() as moved from teams where id = '${DEMO.team}'`;
      await work.rows('update teams set updated_at = $2 where id = $1', [DEMO.team, '2025-01-01']);
      await work.rows(`update teams set name = name where id = $1`, [DEMO.team]);
      expect(await work.rows(at)).toEqual([{ moved: true }]);
      const before = await work.value('select updated_at::text from teams where id = $1', [DEMO.team]);
      await work.rows(`update teams set name = name where id = $1`, [DEMO.team]);
      expect(await work.value('select updated_at::text from teams where id = $1', [DEMO.team])).toBe(before);
    }));
});

describe.skipIf(tooOld)('the triggers of humanglue, with many at once (from PostgreSQL 15 on)', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
    await succeeded(up(database));
    await succeeded(loadSeeds(database));
    await database.sql('insert into instructor_profiles (user_id) values ($1)', [INSTRUCTOR]);
    await database.sql(
      `with made as (
         insert into auth.users (id, email)
         select gen_random_uuid(), 'crowd-' || n || '@crowd.example' from generate_series(1, 20) as n
         returning id, email
       )
       insert into users (id, email, full_name) select id, email, 'Crowd' from made`,
    );
  });
  afterAll(() => database.drop());

  it('count twenty enrollments at the same moment, each once', async () => {
    const people = await database.sql<{ id: string }>(`select id from users where full_name = 'Crowd'`);
    await Promise.all(
      people.map(({ id }) =>
        database.sql('insert into course_enrollments (course_id, user_id, price_paid) values ($1, $2, 10)', [
          DEMO.paidCourse,
          id,
        ]),
      ),
    );
    expect(
      await database.sql('select enrollment_count, total_revenue from courses where id = $1', [
        DEMO.paidCourse,
      ]),
    ).toEqual([{ enrollment_count: 21, total_revenue: '240.00' }]);
    expect(await database.sql('select total_students, total_revenue from instructor_profiles')).toEqual([
      { total_students: 21, total_revenue: '240.00' },
    ]);
  });

  it('give the single seat to one of twenty', async () => {
    const people = await database.sql<{ id: string }>(`select id from users where full_name = 'Crowd'`);
    const outcomes = await Promise.allSettled(
      people.map(({ id }) =>
        database.sql('insert into workshop_registrations (workshop_id, user_id) values ($1, $2)', [
          DEMO.workshop,
          id,
        ]),
      ),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        expect(outcome.reason).toMatchObject({ code: '23514', constraint: 'workshops_capacity_limit_check' });
      }
    }
    expect(await database.sql('select registered_count from workshops')).toEqual([{ registered_count: 1 }]);
  });

  it('count both of two lessons that are completed at the same moment', async () => {
    const people = await database.sql<{ id: string; enrollment: string }>(
      `select users.id, course_enrollments.id as enrollment from users
       join course_enrollments on course_enrollments.user_id = users.id where users.full_name = 'Crowd'`,
    );
    await Promise.all(
      people.flatMap(({ id, enrollment }) =>
        [DEMO.firstLesson, DEMO.secondLesson].map((lesson) =>
          database.sql(
            `insert into lesson_progress (enrollment_id, user_id, lesson_id, progress, completed_at) values ($1, $2, $3, 100, now())`,
            [enrollment, id, lesson],
          ),
        ),
      ),
    );
    expect(
      await database.sql(
        `select course_enrollments.status, course_enrollments.progress, student_progress.lessons_completed, count(*)::int as n
         from course_enrollments join student_progress on student_progress.enrollment_id = course_enrollments.id
         where course_enrollments.id <> $1 group by 1, 2, 3`,
        [DEMO.enrollment],
      ),
    ).toEqual([{ status: 'completed', progress: '100.00', lessons_completed: 2, n: 20 }]);
  });
});
