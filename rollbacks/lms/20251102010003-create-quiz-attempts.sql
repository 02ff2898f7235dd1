-- Rolls back 20251102010003-create-quiz-attempts: drops the table quiz_attempts with its rows,
-- then the type attempt_status.

DROP TABLE quiz_attempts;

DROP TYPE attempt_status;
