-- Who may do what: row security on every table, policies that hold, privileges that go no further than the policies.

-- @check N-19 every table has row security
-- @since 20250601000003
SELECT oid::regclass AS "table"
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT relrowsecurity;

-- @check N-15 every table has a policy
-- @since 20250601000003
SELECT oid::regclass AS "table"
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT EXISTS (
    SELECT FROM pg_policy
    WHERE polrelid = pg_class.oid
  );

-- @check N-16 every policy for writing has a WITH CHECK
-- @since 20250601000003
SELECT tablename, policyname
FROM pg_policies
WHERE schemaname = current_schema()
  AND cmd IN ('ALL', 'INSERT', 'UPDATE')
  AND with_check IS NULL;

-- @check N-18 no policy for writing lets everything through
-- @since 20250601000003
SELECT tablename, policyname
FROM pg_policies
WHERE schemaname = current_schema()
  AND cmd <> 'SELECT'
  AND 'true' IN (qual, with_check);

-- A policy that asks its own table is asked again for the rows that it reads, without end.
-- @check N-11 no policy reads its own table
-- @since 20250601000003
SELECT tablename, policyname
FROM pg_policies
WHERE schemaname = current_schema()
  AND concat_ws(' ', qual, with_check) ~ ('(FROM|JOIN) \(*(\w+\.)?' || tablename || '\M');

-- @check every policy is for authenticated
-- @since 20250601000003
SELECT tablename, policyname, roles
FROM pg_policies
WHERE schemaname = current_schema()
  AND roles <> '{authenticated}';

-- The owner of a table, a superuser and BYPASSRLS see every row.
-- @check N-23 row security binds the clients
-- @since 20250601000003
SELECT clients.rolname AS client, owned.oid::regclass::TEXT AS owns
FROM pg_roles AS clients
JOIN pg_class AS owned
  ON owned.relnamespace = current_schema()::regnamespace
 AND owned.relkind IN ('r', 'p')
 AND pg_has_role(clients.oid, owned.relowner, 'MEMBER')
WHERE clients.rolname IN ('anon', 'authenticated')
UNION ALL
SELECT rolname, 'everything'
FROM pg_roles
WHERE rolname IN ('anon', 'authenticated')
  AND (rolsuper OR rolbypassrls);

-- @check anon may do nothing
-- @since 20250601000003
SELECT oid::regclass AS relation
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p', 'v', 'm')
  AND has_any_column_privilege('anon', oid, 'SELECT, INSERT, UPDATE, REFERENCES')
UNION
SELECT oid::regclass
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p', 'v', 'm')
  AND has_table_privilege('anon', oid, 'DELETE, TRUNCATE, TRIGGER');

-- @check no client may do what row security does not see
-- @since 20250601000003
SELECT oid::regclass AS relation
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p', 'v', 'm')
  AND has_table_privilege('authenticated', oid, 'TRUNCATE, REFERENCES, TRIGGER');

-- @check N-26 no client may write what is not a user's to say
-- @since 20250601000003
SELECT pg_class.oid::regclass AS "table", pg_attribute.attname AS "column"
FROM (VALUES
  ('profiles', ARRAY['is_guardian', 'profile_completed', 'profile_stats', 'last_seen_at', 'created_at', 'updated_at']),
  ('tenants', ARRAY['id', 'slug', 'settings', 'created_at', 'updated_at']),
  ('guardian_relationships', ARRAY['is_approved', 'approval_date', 'created_at', 'updated_at']),
  ('assessment_attempts', ARRAY[
    'started_at', 'completed_at', 'score', 'passed', 'time_spent_minutes', 'created_at', 'updated_at'
  ])
) AS kept (name, columns)
JOIN pg_class
  ON pg_class.oid = to_regclass(kept.name)
JOIN pg_attribute
  ON pg_attribute.attrelid = pg_class.oid
 AND pg_attribute.attname = ANY (kept.columns)
WHERE has_column_privilege('authenticated', pg_class.oid, pg_attribute.attnum, 'INSERT, UPDATE');

-- @check N-16 no client may write what users pay for
-- @since 20250602000003
SELECT oid::regclass AS "table"
FROM pg_class
WHERE oid IN (to_regclass('subscriptions'), to_regclass('subscription_history'))
  AND (
    has_any_column_privilege('authenticated', oid, 'INSERT, UPDATE')
    OR has_table_privilege('authenticated', oid, 'DELETE')
  );

-- @check N-9 every definer has an empty search_path
-- @since 20250601000003
SELECT oid::regprocedure AS function
FROM pg_proc
WHERE pronamespace IN (current_schema()::regnamespace, to_regnamespace('app_private'))
  AND prosecdef
  AND NOT coalesce('search_path=""' = ANY (proconfig), FALSE);

-- @check no function behind row security is open to PUBLIC
-- @since 20250531000000
SELECT pg_proc.oid::regprocedure AS function
FROM pg_proc
CROSS JOIN aclexplode(coalesce(pg_proc.proacl, acldefault('f', pg_proc.proowner))) AS granted
WHERE pg_proc.pronamespace = to_regnamespace('app_private')
  AND granted.grantee = 0;

-- @check N-21 only jobs may call the functions that are for jobs
-- @since 20250605000002
SELECT functions.oid::regprocedure AS function, clients.rolname AS client
FROM pg_proc AS functions
CROSS JOIN pg_roles AS clients
WHERE functions.pronamespace = current_schema()::regnamespace
  AND functions.proname IN ('aggregate_daily_engagement', 'refresh_materialized_views')
  AND clients.rolname IN ('anon', 'authenticated')
  AND has_function_privilege(clients.oid, functions.oid, 'EXECUTE');

-- @check N-10 nothing of the plan is in auth
-- @expect true
SELECT to_regprocedure('auth.is_tenant_admin(uuid)') IS NULL;

-- In the plan it could not run at all, or said yes for every tenant.
-- @check N-7 N-8 nobody is the admin of a tenant that does not exist
-- @expect false
-- @since 20250601000003
SELECT app_private.is_tenant_admin('00000000-0000-0000-0000-000000000000');

-- @check N-20 every view has the rights of whoever asks, but the one that hides the answers
-- @since 20250601000003
SELECT oid::regclass AS view
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind = 'v'
  AND NOT coalesce('security_invoker=true' = ANY (reloptions), FALSE)
  AND NOT (relname = 'published_questions' AND coalesce('security_barrier=true' = ANY (reloptions), FALSE));

-- @check N-27 no view shows the answers
-- @since 20250604000001
SELECT pg_class.oid::regclass AS view
FROM pg_class
JOIN pg_attribute
  ON pg_attribute.attrelid = pg_class.oid
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relkind IN ('v', 'm')
  AND pg_attribute.attname = 'correct_answer';

-- @check N-21 no client reads a materialized view
-- @since 20250605000002
SELECT pg_class.oid::regclass AS view, clients.rolname AS client
FROM pg_class
CROSS JOIN pg_roles AS clients
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relkind = 'm'
  AND clients.rolname IN ('anon', 'authenticated')
  AND has_any_column_privilege(clients.oid, pg_class.oid, 'SELECT');
