-- Guards of 20251103000017-alter-quizzes-table: every quiz belongs to the academy of its lesson.

-- @check no quiz is without an academy
SELECT id, title
FROM quizzes
WHERE academy_id IS NULL;

-- @check every quiz belongs to the academy of its lesson
SELECT
  quizzes.id,
  quizzes.title,
  quizzes.academy_id,
  lessons.academy_id AS academy_of_lesson
FROM quizzes
JOIN lessons
  ON lessons.id = quizzes.lesson_id
WHERE quizzes.academy_id IS DISTINCT FROM lessons.academy_id;

-- @check the trigger that keeps updated_at is switched on again
SELECT tgname
FROM pg_trigger
WHERE tgrelid = 'quizzes'::regclass
  AND NOT tgisinternal
  AND tgenabled = 'D';

-- @check every constraint of quizzes has been validated
SELECT conname
FROM pg_constraint
WHERE conrelid = 'quizzes'::regclass
  AND NOT convalidated;
