-- Rolls back 20251102010002-create-quiz-questions: drops the table quiz_questions with its rows,
-- then the type quiz_question_type.

DROP TABLE quiz_questions;

DROP TYPE quiz_question_type;
