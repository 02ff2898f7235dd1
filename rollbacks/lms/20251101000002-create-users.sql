-- Rolls back 20251101000002-create-users: drops the table users with its rows.

DROP TABLE users;
