-- Rolls back 20251103000003-create-permissions: drops the table permissions with its rows.

DROP TABLE permissions;
