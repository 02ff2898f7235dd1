-- Guards of 20251103000016-alter-lessons-table: every lesson belongs to the academy of its course.

-- @check no lesson is without an academy
SELECT id, title
FROM lessons
WHERE academy_id IS NULL;

-- @check every lesson belongs to the academy of its course
SELECT
  lessons.id,
  lessons.title,
  lessons.academy_id,
  courses.academy_id AS academy_of_course
FROM lessons
JOIN sections
  ON sections.id = lessons.section_id
JOIN courses
  ON courses.id = sections.course_id
WHERE lessons.academy_id IS DISTINCT FROM courses.academy_id;

-- @check every lesson in a module belongs to the academy of the module
SELECT
  lessons.id,
  lessons.title,
  lessons.academy_id,
  modules.academy_id AS academy_of_module
FROM lessons
JOIN sections
  ON sections.id = lessons.section_id
JOIN modules
  ON modules.id = sections.module_id
WHERE lessons.academy_id IS DISTINCT FROM modules.academy_id;

-- @check the trigger that keeps updated_at is switched on again
SELECT tgname
FROM pg_trigger
WHERE tgrelid = 'lessons'::regclass
  AND NOT tgisinternal
  AND tgenabled = 'D';

-- @check every constraint of lessons has been validated
SELECT conname
FROM pg_constraint
WHERE conrelid = 'lessons'::regclass
  AND NOT convalidated;
