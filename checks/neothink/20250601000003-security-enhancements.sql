-- Guards of 20250601000003-security-enhancements: no table is left open, and none is closed to everybody by omission.

-- @check every table has row security
SELECT oid::regclass AS "table"
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT relrowsecurity;

-- @check every table has a policy
SELECT oid::regclass AS "table"
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT EXISTS (
    SELECT FROM pg_policy
    WHERE polrelid = pg_class.oid
  );
