-- Rolls back 20251102010006-create-certificates: drops the table certificates with its rows.
-- enrollments.certificate_id is emptied, as its ON DELETE SET NULL would do: left pointing at
-- nothing, it would stop the next attempt to apply the migration.
-- @allow backfill-in-ddl-transaction only enrollments with a certificate are written, and the certificates go in the same step

ALTER TABLE enrollments
  DROP CONSTRAINT enrollments_certificate_id_fkey;

-- Bookkeeping is no change of the enrollment: updated_at stays.
ALTER TABLE enrollments
  DISABLE TRIGGER enrollments_set_updated_at;

UPDATE enrollments
SET certificate_id = NULL
WHERE certificate_id IS NOT NULL;

ALTER TABLE enrollments
  ENABLE TRIGGER enrollments_set_updated_at;

DROP TABLE certificates;
