-- Courses and what is learned in them: K-5, K-6 and K-11.

-- @check K-5 no course is required for itself
-- @since 20251102000007
WITH RECURSIVE required (course_id, prerequisite_id) AS (
  SELECT course_id, prerequisite_course_id
  FROM course_prerequisites
  UNION
  SELECT required.course_id, course_prerequisites.prerequisite_course_id
  FROM required
  JOIN course_prerequisites
    ON course_prerequisites.course_id = required.prerequisite_id
)
SELECT courses.id, courses.title
FROM required
JOIN courses
  ON courses.id = required.course_id
WHERE required.course_id = required.prerequisite_id;

-- @check K-6 every completed lesson is in the course of its enrollment
-- @since 20251102000006
SELECT lesson_completions.id, lesson_completions.lesson_id, enrollments.course_id, sections.course_id AS course_of_lesson
FROM lesson_completions
JOIN enrollments
  ON enrollments.id = lesson_completions.enrollment_id
JOIN lessons
  ON lessons.id = lesson_completions.lesson_id
JOIN sections
  ON sections.id = lessons.section_id
WHERE sections.course_id <> enrollments.course_id;

-- @check K-11 the prerequisites of every course are those of its table
-- @severity warning
-- @since 20251102000007
SELECT id, title, prerequisites
FROM courses
WHERE ARRAY(
  SELECT DISTINCT element
  FROM jsonb_array_elements_text(prerequisites) AS elements (element)
  ORDER BY element
) <> ARRAY(
  SELECT prerequisite_course_id::TEXT
  FROM course_prerequisites
  WHERE course_id = courses.id
  ORDER BY 1
);

-- @check K-11 the tags of every course are those of its table
-- @severity warning
-- @since 20251102000008
SELECT id, title, tags
FROM courses
WHERE ARRAY(
  SELECT DISTINCT element
  FROM jsonb_array_elements_text(tags) AS elements (element)
  ORDER BY element
) <> ARRAY(
  SELECT tag::TEXT
  FROM course_tags
  WHERE course_id = courses.id
  ORDER BY 1
);
