-- Users: K-14.

-- Deleted are those with deleted_at; of the others, active and pending ones may log in, suspended and archived ones may not.
-- @check K-14 the status of every user agrees with deleted_at and is_active
-- @since 20251103000018
SELECT id, username, status, deleted_at, is_active
FROM users
WHERE (status = 'deleted') <> (deleted_at IS NOT NULL)
   OR (deleted_at IS NULL AND (status IN ('active', 'pending')) <> is_active);
