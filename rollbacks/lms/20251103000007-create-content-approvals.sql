-- Rolls back 20251103000007-create-content-approvals: drops the table content_approvals with its rows,
-- then the type approval_status.

DROP TABLE content_approvals;

DROP TYPE approval_status;
