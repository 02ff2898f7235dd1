-- Rolls back 20251102010000-create-academies: drops the table academies with its rows,
-- then the type academy_status.

DROP TABLE academies;

DROP TYPE academy_status;
