-- Rolls back 20251102010012-create-learning-path-courses: drops the table learning_path_courses with its rows.

DROP TABLE learning_path_courses;
