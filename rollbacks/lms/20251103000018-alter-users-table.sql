-- Rolls back 20251103000018-alter-users-table: drops the five columns with what was entered in them since,
-- then the type user_status.
-- @allow index-drop-blocking the columns of the indexes go in the same step, under the same lock

DROP INDEX idx_users_last_activity_at;
DROP INDEX idx_users_status;

ALTER TABLE users
  DROP COLUMN metadata,
  DROP COLUMN last_activity_at,
  DROP COLUMN status,
  DROP COLUMN preferences,
  DROP COLUMN profile_data;

DROP TYPE user_status;
