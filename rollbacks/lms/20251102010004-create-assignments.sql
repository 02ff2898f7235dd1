-- Rolls back 20251102010004-create-assignments: drops the table assignments with its rows.

DROP TABLE assignments;
