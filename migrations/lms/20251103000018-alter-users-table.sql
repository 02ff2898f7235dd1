-- Gives users a profile, preferences, a status and the time of their last activity.
-- @phase group 7 of 7: users
-- @risk medium users is locked while its rows are backfilled and two indexes are built
-- @downtime none
-- @app-change whoever writes deleted_at or is_active writes status with it; an account that awaits verification is created as pending
-- @requires 20251101000002 20251103000017
-- @allow backfill-in-ddl-transaction every row is given its values and proven to have them in one step that can be taken back whole; @risk says what it locks
-- @allow validate-in-same-transaction as above: what is validated was filled a few statements before
-- @allow index-create-blocking the table is locked for the backfill anyway, and the guards look at it before COMMIT

CREATE TYPE user_status AS ENUM (
  'active',
  'pending',
  'suspended',
  'archived',
  'deleted'
);

ALTER TABLE users
  ADD COLUMN profile_data JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN preferences JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN status user_status,
  ADD COLUMN last_activity_at TIMESTAMPTZ,
  ADD COLUMN metadata JSONB NOT NULL DEFAULT '{}';

-- The backfill is no change of the user: updated_at stays.
ALTER TABLE users
  DISABLE TRIGGER users_set_updated_at;

-- The strongest statement wins: deleted, then suspended, then pending.
UPDATE users
SET
  status = CASE
    WHEN deleted_at IS NOT NULL THEN 'deleted'
    WHEN NOT is_active THEN 'suspended'
    WHEN NOT is_email_verified THEN 'pending'
    ELSE 'active'
  END::user_status,
  last_activity_at = last_login
WHERE status IS NULL;

ALTER TABLE users
  ENABLE TRIGGER users_set_updated_at;

ALTER TABLE users
  ALTER COLUMN status SET DEFAULT 'active';

-- SET NOT NULL believes the validated CHECK and reads nothing; then the CHECK has done its work.
ALTER TABLE users
  ADD CONSTRAINT users_status_not_null
  CHECK (status IS NOT NULL)
  NOT VALID;

ALTER TABLE users
  VALIDATE CONSTRAINT users_status_not_null;

ALTER TABLE users
  ALTER COLUMN status SET NOT NULL;

ALTER TABLE users
  DROP CONSTRAINT users_status_not_null;

CREATE INDEX idx_users_status
  ON users (status);

CREATE INDEX idx_users_last_activity_at
  ON users (last_activity_at);

COMMENT ON TYPE user_status IS
  'State of an account; agrees with deleted_at and is_active.';
COMMENT ON COLUMN users.profile_data IS
  'Object: what a user tells about himself or herself beyond the columns.';
COMMENT ON COLUMN users.preferences IS
  'Object: settings of the user, for example language and appearance.';
COMMENT ON COLUMN users.status IS
  'deleted exactly when deleted_at is set; suspended or archived when not is_active; pending while the e-mail address is not verified; otherwise active.';
COMMENT ON COLUMN users.last_activity_at IS
  'Last activity of any kind; began as a copy of last_login.';
COMMENT ON COLUMN users.metadata IS
  'Free object of the application.';
