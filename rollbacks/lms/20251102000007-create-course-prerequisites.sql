-- Rolls back 20251102000007-create-course-prerequisites: drops the table course_prerequisites with its rows.

DROP TABLE course_prerequisites;
