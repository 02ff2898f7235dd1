-- Guards of 20251103000014-alter-courses-table: every course belongs to an academy, and there is one default.

-- @check no course is without an academy
SELECT id, title
FROM courses
WHERE academy_id IS NULL;

-- @check exactly one academy is the default
-- @expect 1
SELECT count(*)
FROM academies
WHERE is_default;

-- @check every course that was there belongs to the default academy
SELECT courses.id, courses.title, academies.slug AS academy
FROM courses
JOIN academies
  ON academies.id = courses.academy_id
WHERE NOT academies.is_default;

-- @check the trigger that keeps updated_at is switched on again
SELECT tgname
FROM pg_trigger
WHERE tgrelid = 'courses'::regclass
  AND NOT tgisinternal
  AND tgenabled = 'D';

-- @check every constraint of courses has been validated
SELECT conname
FROM pg_constraint
WHERE conrelid = 'courses'::regclass
  AND NOT convalidated;
