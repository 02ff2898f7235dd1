-- The accounts.

-- @check users query
-- @expect >= 0
-- @since 001
SELECT count(*)
FROM (
  SELECT
    id, company_id, email, password_hash, full_name, role, is_active, last_login, created_at, updated_at
  FROM users
) AS users;

-- @check the migration account is not active
-- @since 001
SELECT id, email, role
FROM users
WHERE id = '00000000-0000-4000-8000-202511060002'
  AND is_active;
