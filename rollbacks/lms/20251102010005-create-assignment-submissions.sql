-- Rolls back 20251102010005-create-assignment-submissions: drops the table assignment_submissions with its rows,
-- then the type submission_status.

DROP TABLE assignment_submissions;

DROP TYPE submission_status;
