-- Rolls back 20251102010007-create-course-reviews: drops the table course_reviews with its rows.

DROP TABLE course_reviews;
