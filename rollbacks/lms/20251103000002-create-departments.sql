-- Rolls back 20251103000002-create-departments: drops the table departments with its rows.
-- academy_memberships.department_id is emptied, as its ON DELETE SET NULL would do: left pointing
-- at nothing, it would stop the next attempt to apply the migration.
-- @allow backfill-in-ddl-transaction only memberships of a department are written, and the departments go in the same step

ALTER TABLE academy_memberships
  DROP CONSTRAINT academy_memberships_department_id_academy_id_fkey;

-- Bookkeeping is no change of the membership: updated_at stays.
ALTER TABLE academy_memberships
  DISABLE TRIGGER academy_memberships_set_updated_at;

UPDATE academy_memberships
SET department_id = NULL
WHERE department_id IS NOT NULL;

ALTER TABLE academy_memberships
  ENABLE TRIGGER academy_memberships_set_updated_at;

DROP TABLE departments;
