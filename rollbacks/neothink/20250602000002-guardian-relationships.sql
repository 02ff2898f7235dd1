-- Rolls back 20250602000002-guardian-relationships: takes the flag is_guardian from those who have it by a relationship
-- only, and drops the table guardian_relationships with its rows.
-- @allow backfill-in-ddl-transaction few profiles are guardians

-- The flag goes with the relationship, not by a change of the profile: updated_at stays.
ALTER TABLE profiles
  DISABLE TRIGGER profiles_set_updated_at;

UPDATE profiles
SET is_guardian = FALSE
WHERE is_guardian
  AND id IN (
    SELECT guardian_id
    FROM guardian_relationships
    WHERE is_approved
  )
  AND id NOT IN (
    SELECT profile_id
    FROM lms_db.neothink_20250602000002_guardians
  );

ALTER TABLE profiles
  ENABLE TRIGGER profiles_set_updated_at;

DROP TABLE guardian_relationships;

DROP FUNCTION app_private.sync_guardian_flag();

DROP TABLE lms_db.neothink_20250602000002_guardians;
