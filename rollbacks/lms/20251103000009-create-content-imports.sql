-- Rolls back 20251103000009-create-content-imports: drops the table content_imports with its rows,
-- then the types import_type, conflict_strategy and import_status.

DROP TABLE content_imports;

DROP TYPE import_status;
DROP TYPE conflict_strategy;
DROP TYPE import_type;
