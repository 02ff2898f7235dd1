-- Rolls back 20251102010001-create-quizzes: drops the table quizzes with its rows.

DROP TABLE quizzes;
