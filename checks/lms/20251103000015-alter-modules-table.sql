-- Guards of 20251103000015-alter-modules-table: every module belongs to the academy of its course.

-- @check no module is without an academy
SELECT id, title
FROM modules
WHERE academy_id IS NULL;

-- @check every module belongs to the academy of its course
SELECT
  modules.id,
  modules.title,
  modules.academy_id,
  courses.academy_id AS academy_of_course
FROM modules
JOIN courses
  ON courses.id = modules.course_id
WHERE modules.academy_id IS DISTINCT FROM courses.academy_id;

-- @check the trigger that keeps updated_at is switched on again
SELECT tgname
FROM pg_trigger
WHERE tgrelid = 'modules'::regclass
  AND NOT tgisinternal
  AND tgenabled = 'D';

-- @check every constraint of modules has been validated
SELECT conname
FROM pg_constraint
WHERE conrelid = 'modules'::regclass
  AND NOT convalidated;
