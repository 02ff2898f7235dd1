-- Rolls back 20251102000005-create-enrollments: drops the table enrollments with its rows,
-- then the type enrollment_status.

DROP TABLE enrollments;

DROP TYPE enrollment_status;
