-- Rolls back 20251102000008-create-course-tags: drops the table course_tags with its rows.

DROP TABLE course_tags;
