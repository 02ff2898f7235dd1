-- Rolls back 20251101000004-create-audit-logs: drops the table audit_logs with its rows.

DROP TABLE audit_logs;
