// For every check of humanglue, one way to break the database so that exactly this check fails.
import { DEMO, PEOPLE } from './humanglue.ts';

const INSTRUCTOR = PEOPLE['the instructor'];
const MEMBER_A = PEOPLE['a member of A'];
const MEMBER_B = PEOPLE['a member of B'];

/** No trigger and no foreign key stands in the way of what follows in the same message. */
const UNGUARDED = `set session_replication_role = replica;`;

/** Guarded as the others are: only the table itself is too many, and its policy. */
const TABLE_TOO_MANY = `create table superfluous (id int);
  alter table superfluous enable row level security;
  create policy superfluous_select on superfluous for select to authenticated using (false);
  revoke all on superfluous from anon, authenticated`;

const VIEW_TOO_MANY = `create view superfluous with (security_invoker = true) as select 1 as one;
  revoke all on superfluous from anon, authenticated`;

/** SQL by the name of the check; on the seeds, at the last version. */
export const HUMANGLUE_VIOLATIONS: Readonly<Record<string, string>> = {
  tables: TABLE_TOO_MANY,
  'enum types': `create type superfluous as enum ('a')`,
  'foreign keys': `alter table consultations drop constraint consultations_organization_id_fkey`,
  'indexes of the foundation, beside those of its constraints': `drop index idx_courses_tags_gin`,
  'indexes of the instructors, beside those of their constraints': `drop index idx_courses_status_difficulty`,
  'indexes of constraints': `alter table organizations drop constraint organizations_slug_key`,
  triggers: `drop trigger course_reviews_stats on course_reviews`,
  'policies of the foundation': `create policy another on organizations for select to authenticated using (false)`,
  'policies of the instructors': `create policy another on student_activity for select to authenticated using (false)`,
  functions: `create function superfluous() returns int language sql set search_path = '' as 'select 1';
    revoke all on function superfluous() from public`,
  'materialized and plain views': VIEW_TOO_MANY,
  'every materialized view is filled': `refresh materialized view user_learning_progress with no data`,
  'the six buckets are there, three of them public': `update storage.buckets set public = true where id = 'resources'`,
  'policies of the buckets: one for reading and one for writing each': `drop policy humanglue_avatars_insert on storage.objects`,
  'the functions of the foundation run': `create or replace function get_user_adaptability_score(person uuid) returns numeric
    stable language sql set search_path = '' as 'select 1.0'`,
  'the functions of the instructors run': `create or replace function get_instructor_recent_activity(instructor uuid, max_rows integer default 50)
    returns table (activity_id uuid, student_id uuid, course_id uuid, workshop_id uuid, activity_type public.activity_type, metadata jsonb, occurred_at timestamptz)
    stable language sql set search_path = '' as 'select null::uuid, null::uuid, null::uuid, null::uuid, null::public.activity_type, null::jsonb, now()'`,
  'the triggers of enrollments fire': `alter table course_enrollments disable trigger course_enrollments_stats`,

  'row security is on for every table': `alter table resources disable row level security`,
  'every table has a policy for reading': `drop policy experts_select on experts;
    create policy experts_delete on experts for delete to authenticated using (false);
    revoke select on experts from anon, authenticated`,
  'every policy is for authenticated alone, and permissive': `alter policy resources_select on resources to anon`,
  'no policy for writing lets everything through': `alter policy teams_delete on teams using (true)`,
  'every policy for changing rows says what they may become': `drop policy teams_update on teams;
    create policy teams_update on teams for update to authenticated using (lead_id = (select auth.uid()))`,
  'every policy asks who is there once, not for every row': `alter policy teams_update on teams using (lead_id = auth.uid()) with check (false)`,
  'no client has a privilege without a policy for it': `grant delete on users to authenticated`,
  'nobody who is not signed in may write, and no client may empty a table': `grant truncate on users to authenticated`,
  'H-11 no client writes roles, prices, payments, scores or counters': `grant update (role) on users to authenticated`,
  'H-11 no client writes fees, statistics or what a review belongs to': `grant update (platform_fee_percent) on instructor_settings to authenticated`,
  'H-5 no client reads what others earn': `grant select (total_revenue) on courses to authenticated`,
  'H-5 every function of the API runs with the rights of whoever calls it': `alter function get_course_progress(uuid, uuid) security definer`,
  'nobody who is not signed in calls a function of the API': `grant execute on function get_course_progress(uuid, uuid) to anon`,
  'every function that runs as its owner fixes its search_path': `alter function app_private.my_org_id() reset search_path`,
  'no function that runs as its owner is open to PUBLIC': `grant execute on function app_private.my_org_id() to public`,
  'H-6 no client reads a materialized view': `grant select on organization_overview to authenticated`,
  'every view asks for the rights of whoever reads it': `alter view student_engagement_summary reset (security_invoker)`,

  'no person is in a team of another organization': `${UNGUARDED}
    update users set team_id = '${DEMO.team}' where id = '${MEMBER_B}'`,
  'no team is led from another organization': `update teams set lead_id = '${INSTRUCTOR}'`,
  'no assessment is of a template of another organization': `with t as (
      insert into assessment_templates (organization_id, title) values ('${DEMO.organizationA}', 'T') returning id
    ) insert into assessments (template_id, user_id, organization_id) select id, '${MEMBER_B}', '${DEMO.organizationB}' from t`,
  'no enrollment is in a course of another organization': `insert into course_enrollments (course_id, user_id, organization_id)
    values ('${DEMO.internalCourse}', '${MEMBER_B}', '${DEMO.organizationB}')`,
  'no registration is for a workshop of another organization': `update workshops set organization_id = '${DEMO.organizationA}';
    insert into workshop_registrations (workshop_id, user_id, organization_id, status)
    values ('${DEMO.workshop}', '${MEMBER_B}', '${DEMO.organizationB}', 'waitlisted')`,
  'no consultation takes a slot of another expert': `with e as (
      insert into experts (display_name) values ('E'), ('F') returning id
    ), s as (
      insert into expert_availability (expert_id, starts_at, ends_at) select min(id::text)::uuid, now(), now() + interval '1 hour' from e
      returning id
    ) insert into consultations (expert_id, user_id, availability_id)
      select max(e.id::text)::uuid, '${MEMBER_A}', min(s.id::text)::uuid from e, s`,

  'every workshop counts the seats that are taken': `update workshops set registered_count = 1`,
  'every enrollment with all lessons completed is completed or dropped': `update course_enrollments set progress = 100`,
  'all progress is in lessons of the course that it is for': `insert into lesson_progress (enrollment_id, user_id, lesson_id)
    values ('${DEMO.enrollment}', '${MEMBER_A}', '${DEMO.firstLesson}');
    update course_modules set course_id = '${DEMO.freeCourse}'`,
  'the status of every course says whether it is published': `update courses set status = 'archived' where id = '${DEMO.freeCourse}'`,
  'every enrollment has its student progress': `delete from student_progress`,
  'the statistics of every course are what its rows say': `update courses set enrollment_count = 7 where id = '${DEMO.freeCourse}'`,
  'the statistics of every workshop are what its rows say': `update workshops set feedback_count = 7`,
  'the totals of every instructor are what the rows say': `insert into instructor_profiles (user_id) values ('${INSTRUCTOR}')`,
  'every review is of the course of its enrollment': `insert into course_reviews (course_id, student_id, enrollment_id, rating)
    values ('${DEMO.freeCourse}', '${MEMBER_A}', '${DEMO.enrollment}', 5)`,
  'all feedback is of the workshop of its registration': `insert into workshops (id, title, slug, starts_at, ends_at)
      values ('${DEMO.module}', 'Other', 'other', now(), now() + interval '1 hour');
    with r as (
      insert into workshop_registrations (workshop_id, user_id, status) values ('${DEMO.workshop}', '${MEMBER_A}', 'attended') returning id
    ) insert into workshop_feedback (workshop_id, student_id, registration_id, satisfaction)
      select '${DEMO.module}', '${MEMBER_A}', id, 5 from r`,
  'every refund takes back a sale, and what it gave': `insert into revenue_transactions
      (instructor_id, enrollment_id, transaction_type, gross_amount, platform_fee, net_amount)
    values ('${INSTRUCTOR}', '${DEMO.enrollment}', 'refund', -90, 0, -90)`,

  'H-12 every foreign key has an index that begins with its columns': `drop index idx_student_activity_workshop_id;
    create index idx_student_activity_workshop_id on student_activity (occurred_at, workshop_id)`,
  'H-12 no index is redundant': `drop index idx_course_lessons_content_type;
    create index superfluous on course_lessons (module_id)`,
  'every updated_at has its trigger': `alter table teams disable trigger teams_set_updated_at`,
  'every constraint has been validated': `alter table teams add constraint teams_named check (name <> '') not valid`,
  'every index is valid': `update pg_index set indisvalid = false where indexrelid = 'idx_courses_category'::regclass`,
};

/** Checks that stand for a stage: what breaks them there, at a database that was migrated up to that version. */
export const HUMANGLUE_STAGE_VIOLATIONS: Readonly<
  Record<string, { readonly to: string; readonly sql: string }>
> = {
  'no table before the foundation': { to: '000', sql: `create table superfluous (id int)` },
  'tables of the foundation': { to: '001', sql: TABLE_TOO_MANY },
  'enum types of the foundation': { to: '001', sql: `create type superfluous as enum ('a')` },
  'foreign keys of the foundation': {
    to: '001',
    sql: `alter table consultations drop constraint consultations_organization_id_fkey`,
  },
  'indexes of the constraints of the foundation': {
    to: '001',
    sql: `alter table organizations drop constraint organizations_slug_key`,
  },
  'triggers of the foundation': {
    to: '001',
    sql: `drop trigger lesson_progress_rollup on lesson_progress`,
  },
  'functions of the foundation': {
    to: '001',
    sql: `create function superfluous() returns int language sql set search_path = '' as 'select 1';
        revoke all on function superfluous() from public`,
  },
  'materialized and plain views of the foundation': {
    to: '001',
    sql: VIEW_TOO_MANY,
  },
};

/** Checks that cannot fail alone: what breaks them breaks these too. */
export const HUMANGLUE_COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  // No table may be without a policy, and the policies are counted.
  tables: ['policies of the foundation'],
  'tables of the foundation': ['policies of the foundation'],
};
