-- Rolls back 20251103000013-create-validation-results: drops the table validation_results with its rows,
-- then the type validation_status.

DROP TABLE validation_results;

DROP TYPE validation_status;
