-- Rolls back 20251103000006-create-content-workflows: drops the table content_workflows with its rows.

DROP TABLE content_workflows;
