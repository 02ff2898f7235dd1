-- Rolls back 20251103000012-create-validation-rules: drops the table validation_rules with its rows,
-- then the type validation_severity.

DROP TABLE validation_rules;

DROP TYPE validation_severity;
