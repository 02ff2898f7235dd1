// For every check of lms, one way to break the database so that exactly this check fails.

const id = (kind: string, number: number): string => `md5('${kind}${number}')::uuid`;

/** SQL by the name of the check. */
export const LMS_VIOLATIONS: Readonly<Record<string, string>> = {
  'K-1 tables': `create table superfluous (id int primary key)`,
  'K-2 enum types': `create type superfluous as enum ('a')`,
  'K-3 indexes of the 14 new tables, beside those of their constraints': `drop index idx_assets_tags_gin`,
  'K-3 indexes over the columns added to the five altered tables': `drop index idx_courses_academy_id_quality_score`,
  'K-4 foreign keys of the evolution to academies': `alter table assets drop constraint assets_academy_id_fkey`,
  'K-4 foreign keys of the evolution to users': `alter table assets drop constraint assets_uploaded_by_fkey`,
  'K-4 foreign keys of the evolution to content_versions': `alter table courses drop constraint courses_current_version_id_fkey`,
  // Three of the six may go before the least number is missed; the four of the content tables are the stated ones.
  'K-4 foreign keys of the evolution to departments': `alter table courses drop constraint courses_department_id_academy_id_fkey;
    alter table modules drop constraint modules_department_id_academy_id_fkey;
    alter table lessons drop constraint lessons_department_id_academy_id_fkey`,
  'K-4 foreign keys of the evolution to other tables': `alter table asset_usage drop constraint asset_usage_asset_id_fkey;
    alter table role_permissions drop constraint role_permissions_role_id_fkey;
    alter table role_permissions drop constraint role_permissions_permission_id_fkey`,
  'K-4 foreign keys of the evolution in all': `alter table courses drop constraint courses_department_id_academy_id_fkey;
    alter table modules drop constraint modules_department_id_academy_id_fkey;
    alter table lessons drop constraint lessons_department_id_academy_id_fkey;
    alter table role_permissions drop constraint role_permissions_role_id_fkey;
    alter table asset_usage drop constraint asset_usage_asset_id_fkey`,
  'K-5 no course is required for itself': `insert into course_prerequisites (course_id, prerequisite_course_id) values (${id('course', 2)}, ${id('course', 3)}), (${id('course', 3)}, ${id('course', 2)});
    update courses set prerequisites = jsonb_build_array(case id when ${id('course', 2)} then ${id('course', 3)} else ${id('course', 2)} end) where id in (${id('course', 2)}, ${id('course', 3)})`,
  'K-6 every completed lesson is in the course of its enrollment': `update lesson_completions set lesson_id = ${id('lesson', 2)}`,
  'K-7 the current version of every course is its own': `update courses set current_version_id = ${id('versioncourse', 2)} where id = ${id('course', 1)}`,
  'K-7 the current version of every module is its own': `update modules set current_version_id = ${id('versionmodule', 2)} where id = ${id('module', 1)}`,
  'K-7 the current version of every lesson is its own': `update lessons set current_version_id = ${id('versioncourse', 1)} where id = ${id('lesson', 1)}`,
  'K-7 the current version of every quiz is its own': `update quizzes set current_version_id = ${id('versionquiz', 2)} where id = ${id('quiz', 1)}`,
  'K-8 the content of every version exists': `update content_versions set content_id = gen_random_uuid() where id = ${id('versioncourse', 2)}`,
  'K-8 the content of every approval exists': `update content_approvals set content_type = 'quiz'`,
  'K-8 the content of every use of an asset exists': `update asset_usage set content_id = gen_random_uuid()`,
  'K-8 the content of every validation result exists': `update validation_results set content_type = 'module'`,
  // A cycle over two departments; the table itself only refuses a department above itself.
  'K-9 no department is above itself': `update departments set parent_id = ${id('department', 3)} where id = ${id('department', 1)}`,
  'K-10 the usage count of every asset is the number of its uses': `update assets set usage_count = 7 where id = ${id('asset', 2)}`,
  'K-11 the prerequisites of every course are those of its table': `update courses set prerequisites = '[]' where id = ${id('course', 1)}`,
  'K-11 the tags of every course are those of its table': `delete from course_tags where course_id = ${id('course', 3)} and tag = 'a'`,
  'K-12 no course without an academy': `alter table courses alter academy_id drop not null; update courses set academy_id = null where id = ${id('course', 2)}`,
  'K-12 no module without an academy': `alter table modules alter academy_id drop not null; update modules set academy_id = null where id = ${id('module', 2)}`,
  'K-12 no lesson without an academy': `alter table lessons alter academy_id drop not null; update lessons set academy_id = null where id = ${id('lesson', 2)}`,
  'K-12 no quiz without an academy': `alter table quizzes alter academy_id drop not null; update quizzes set academy_id = null where id = ${id('quiz', 2)}`,
  'K-12 every module is in the academy of its course': `update modules set academy_id = ${id('academy', 2)} where id = ${id('module', 2)}`,
  'K-12 every lesson is in the academy of its course': `update lessons set academy_id = ${id('academy', 2)} where id = ${id('lesson', 2)};
    update quizzes set academy_id = ${id('academy', 2)} where id = ${id('quiz', 2)}`,
  'K-12 every quiz is in the academy of its lesson': `update quizzes set academy_id = ${id('academy', 2)} where id = ${id('quiz', 2)}`,
  'K-13 one default academy, or one academy alone': `update academies set is_default = false`,
  'K-14 the status of every user agrees with deleted_at and is_active': `update users set status = 'suspended' where username = 'a'`,
  'K-16 every foreign key has an index that begins with its columns': `drop index idx_collection_items_course_id`,
  'K-16 no index is redundant': `create index superfluous on collection_items (course_id)`,
  'K-16 every updated_at has its trigger': `alter table roles disable trigger roles_set_updated_at`,
  'K-16 every constraint has been validated': `alter table roles add constraint roles_named check (name <> '') not valid`,
  'K-16 every index is valid': `update pg_index set indisvalid = false where indexrelid = 'idx_lesson_completions_completed_at'::regclass`,
};

/** Checks that stand for a stage: what breaks them there, at a database that was migrated up to that version. */
export const LMS_STAGE_VIOLATIONS: Readonly<Record<string, { readonly to: string; readonly sql: string }>> = {
  'K-1 tables on the way to the baseline': {
    to: '20251102010013',
    sql: `create table one_more (id int primary key)`,
  },
  'K-1 tables of the baseline': { to: '20251102010014', sql: `create table one_more (id int primary key)` },
  'K-1 tables on the way to the evolution': {
    to: '20251103000012',
    sql: `create table one_more (id int primary key)`,
  },
  'K-2 enum types on the way to the baseline': {
    to: '20251102010013',
    sql: `create type one_more as enum ('a')`,
  },
  'K-2 enum types of the baseline': { to: '20251102010014', sql: `create type one_more as enum ('a')` },
  'K-2 enum types on the way to the evolution': {
    to: '20251103000017',
    sql: `create type one_more as enum ('a')`,
  },
};

/** Checks that cannot fail alone: the least numbers of the parts of K-4 add up to its least number in all. */
export const LMS_COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  'K-4 foreign keys of the evolution in all': ['K-4 foreign keys of the evolution to departments'],
};

/** What breaks together with a built-in check by its nature, and is accepted for the test. */
export const BUILTIN_COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  // A null tenant needs a column that may be null.
  'tenant-null': ['tenant-nullable'],
  // The index of the foreign key is the one that leads with the tenant.
  'tenant-without-index': ['foreign-key-without-index'],
};
