-- Whose content it is: K-9, K-12 and K-13. No row without an academy, no row in the academy of another.

-- @check K-9 no department is above itself
-- @since 20251103000002
WITH RECURSIVE above (department_id, parent_id) AS (
  SELECT id, parent_id
  FROM departments
  WHERE parent_id IS NOT NULL
  UNION
  SELECT above.department_id, departments.parent_id
  FROM above
  JOIN departments
    ON departments.id = above.parent_id
  WHERE departments.parent_id IS NOT NULL
)
SELECT departments.id, departments.name
FROM above
JOIN departments
  ON departments.id = above.department_id
WHERE above.department_id = above.parent_id;

-- @check K-12 no course without an academy
-- @since 20251103000014
SELECT id, title
FROM courses
WHERE academy_id IS NULL;

-- @check K-12 no module without an academy
-- @since 20251103000015
SELECT id, title
FROM modules
WHERE academy_id IS NULL;

-- @check K-12 no lesson without an academy
-- @since 20251103000016
SELECT id, title
FROM lessons
WHERE academy_id IS NULL;

-- @check K-12 no quiz without an academy
-- @since 20251103000017
SELECT id, title
FROM quizzes
WHERE academy_id IS NULL;

-- @check K-12 every module is in the academy of its course
-- @since 20251103000015
SELECT modules.id, modules.academy_id, courses.academy_id AS academy_of_course
FROM modules
JOIN courses
  ON courses.id = modules.course_id
WHERE modules.academy_id <> courses.academy_id;

-- @check K-12 every lesson is in the academy of its course
-- @since 20251103000016
SELECT lessons.id, lessons.academy_id, courses.academy_id AS academy_of_course
FROM lessons
JOIN sections
  ON sections.id = lessons.section_id
JOIN courses
  ON courses.id = sections.course_id
WHERE lessons.academy_id <> courses.academy_id;

-- @check K-12 every quiz is in the academy of its lesson
-- @since 20251103000017
SELECT quizzes.id, quizzes.academy_id, lessons.academy_id AS academy_of_lesson
FROM quizzes
JOIN lessons
  ON lessons.id = quizzes.lesson_id
WHERE quizzes.academy_id <> lessons.academy_id;

-- One default academy where all share the tables; where each has a schema or a database of its own, it is alone there.
-- @check K-13 one default academy, or one academy alone
-- @expect 1
-- @since 20251103000014
SELECT CASE
  WHEN EXISTS (SELECT FROM academy_settings WHERE tenant_mode <> 'shared')
    THEN (SELECT count(*) FROM academies)
  ELSE (SELECT count(*) FROM academies WHERE is_default)
END;
