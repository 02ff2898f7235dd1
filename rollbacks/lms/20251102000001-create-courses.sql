-- Rolls back 20251102000001-create-courses: drops the table courses with its rows,
-- then the types course_status, course_visibility and difficulty_level.

DROP TABLE courses;

DROP TYPE difficulty_level;
DROP TYPE course_visibility;
DROP TYPE course_status;
