-- Rolls back 20251101000001-create-roles: drops the table roles with its rows.

DROP TABLE roles;
