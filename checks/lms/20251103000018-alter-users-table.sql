-- Guards of 20251103000018-alter-users-table: the status of every user says what the older columns say.

-- @check no user is without a status
SELECT id, username
FROM users
WHERE status IS NULL;

-- @check deleted are exactly the users with deleted_at
SELECT id, username, status, deleted_at
FROM users
WHERE (status = 'deleted') <> (deleted_at IS NOT NULL);

-- @check suspended are exactly the other users who are not active
SELECT id, username, status, is_active
FROM users
WHERE deleted_at IS NULL
  AND (status = 'suspended') <> (NOT is_active);

-- @check pending are exactly the remaining users whose e-mail address is not verified
SELECT id, username, status, is_email_verified
FROM users
WHERE deleted_at IS NULL
  AND is_active
  AND (status = 'pending') <> (NOT is_email_verified);

-- @check active are exactly the users against whom nothing stands
SELECT id, username, status, deleted_at, is_active, is_email_verified
FROM users
WHERE (status = 'active') <> (deleted_at IS NULL AND is_active AND is_email_verified);

-- @check the last activity of every user is the last login
SELECT id, username, last_login, last_activity_at
FROM users
WHERE last_activity_at IS DISTINCT FROM last_login;

-- @check the trigger that keeps updated_at is switched on again
SELECT tgname
FROM pg_trigger
WHERE tgrelid = 'users'::regclass
  AND NOT tgisinternal
  AND tgenabled = 'D';

-- @check every constraint of users has been validated
SELECT conname
FROM pg_constraint
WHERE conrelid = 'users'::regclass
  AND NOT convalidated;
