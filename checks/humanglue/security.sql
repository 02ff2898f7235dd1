-- Who may do what: row security, privileges, functions that run as their owner. The tests of the project ask the same by
-- signing in; these ask the catalog of the database that is really there.

-- @check row security is on for every table
-- @since 001
SELECT oid::regclass AS "table"
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT relrowsecurity;

-- @check every table has a policy for reading
-- @since 001
SELECT pg_class.oid::regclass AS "table"
FROM pg_class
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relkind IN ('r', 'p')
  AND NOT EXISTS (
    SELECT FROM pg_policy
    WHERE pg_policy.polrelid = pg_class.oid
      AND pg_policy.polcmd = 'r'
  );

-- @check every policy is for authenticated alone, and permissive
-- @since 001
SELECT tablename, policyname, roles, permissive
FROM pg_policies
WHERE schemaname = current_schema()
  AND (roles <> '{authenticated}' OR permissive <> 'PERMISSIVE');

-- @check no policy for writing lets everything through
-- @since 001
SELECT tablename, policyname, cmd
FROM pg_policies
WHERE schemaname = current_schema()
  AND cmd <> 'SELECT'
  AND (coalesce(qual, 'true') = 'true' AND coalesce(with_check, 'true') = 'true');

-- @check every policy for changing rows says what they may become
-- @since 001
SELECT tablename, policyname
FROM pg_policies
WHERE schemaname = current_schema()
  AND cmd IN ('INSERT', 'UPDATE', 'ALL')
  AND with_check IS NULL
  AND coalesce(qual, 'true') <> 'true';

-- Inside SELECT it is asked once a query; without, once a row.
-- @check every policy asks who is there once, not for every row
-- @since 001
SELECT tablename, policyname
FROM pg_policies
WHERE schemaname IN (current_schema(), 'storage')
  AND regexp_replace(
    coalesce(qual, '') || coalesce(with_check, ''),
    'SELECT (auth\.uid|app_private\.is_platform_admin|app_private\.my_org_id)\(\)',
    '',
    'g'
  ) ~ '(auth\.uid|app_private\.is_platform_admin|app_private\.my_org_id)\(\)';

-- @check no client has a privilege without a policy for it
-- @since 001
SELECT pg_class.oid::regclass AS "table", command
FROM pg_class
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']) AS command
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relkind IN ('r', 'p')
  AND CASE command
    WHEN 'DELETE' THEN has_table_privilege('authenticated', pg_class.oid, command)
    ELSE has_any_column_privilege('authenticated', pg_class.oid, command)
  END AND NOT EXISTS (
    SELECT FROM pg_policies
    WHERE schemaname = current_schema()
      AND tablename = pg_class.relname
      AND cmd = command
  );

-- @check nobody who is not signed in may write, and no client may empty a table
-- @since 001
SELECT pg_class.oid::regclass AS "table", role, privilege
FROM pg_class
CROSS JOIN (VALUES
  ('anon', 'INSERT'),
  ('anon', 'UPDATE'),
  ('anon', 'DELETE'),
  ('anon', 'TRUNCATE'),
  ('authenticated', 'TRUNCATE'),
  ('authenticated', 'TRIGGER'),
  ('authenticated', 'REFERENCES')
) AS refused (role, privilege)
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relkind IN ('r', 'p', 'v', 'm')
  AND CASE
    WHEN privilege IN ('INSERT', 'UPDATE') THEN has_any_column_privilege(role, pg_class.oid, privilege)
    ELSE has_table_privilege(role, pg_class.oid, privilege)
  END;

-- Row security knows rows. That a person may change his row and not his role is a matter of privileges.
-- @check H-11 no client writes roles, prices, payments, scores or counters
-- @since 001
SELECT protected.name AS "table", protected.field AS "column", privilege
FROM (VALUES
  ('organizations', 'subscription_tier', 'UPDATE'),
  ('organizations', 'max_users', 'UPDATE'),
  ('teams', 'organization_id', 'UPDATE'),
  ('users', 'role', 'UPDATE'),
  ('users', 'organization_id', 'UPDATE'),
  ('users', 'team_id', 'UPDATE'),
  ('users', 'is_active', 'UPDATE'),
  ('assessments', 'overall_score', 'INSERT'),
  ('assessments', 'overall_score', 'UPDATE'),
  ('assessments', 'ai_analysis', 'UPDATE'),
  ('assessment_responses', 'score', 'INSERT'),
  ('assessment_responses', 'score', 'UPDATE'),
  ('courses', 'organization_id', 'UPDATE'),
  ('course_enrollments', 'price_paid', 'INSERT'),
  ('course_enrollments', 'price_paid', 'UPDATE'),
  ('course_enrollments', 'payment_status', 'INSERT'),
  ('course_enrollments', 'payment_status', 'UPDATE'),
  ('course_enrollments', 'progress', 'UPDATE'),
  ('workshops', 'organization_id', 'UPDATE'),
  ('workshops', 'registered_count', 'INSERT'),
  ('workshops', 'registered_count', 'UPDATE'),
  ('workshop_registrations', 'price_paid', 'INSERT'),
  ('workshop_registrations', 'price_paid', 'UPDATE'),
  ('workshop_registrations', 'payment_status', 'INSERT'),
  ('workshop_registrations', 'payment_status', 'UPDATE'),
  ('experts', 'rating', 'UPDATE'),
  ('consultations', 'price_paid', 'INSERT'),
  ('consultations', 'price_paid', 'UPDATE'),
  ('consultations', 'payment_status', 'INSERT'),
  ('consultations', 'payment_status', 'UPDATE'),
  ('resources', 'download_count', 'UPDATE')
) AS protected (name, field, privilege)
WHERE has_column_privilege('authenticated', format('%I.%I', current_schema(), protected.name), protected.field, privilege);

-- @check H-11 no client writes fees, statistics or what a review belongs to
-- @since 002
SELECT protected.name AS "table", protected.field AS "column", privilege
FROM (VALUES
  ('courses', 'enrollment_count', 'UPDATE'),
  ('courses', 'review_count', 'UPDATE'),
  ('courses', 'average_rating', 'UPDATE'),
  ('courses', 'total_revenue', 'UPDATE'),
  ('workshops', 'feedback_count', 'UPDATE'),
  ('workshops', 'average_satisfaction', 'UPDATE'),
  ('workshops', 'total_revenue', 'UPDATE'),
  ('instructor_profiles', 'is_verified', 'INSERT'),
  ('instructor_profiles', 'is_verified', 'UPDATE'),
  ('instructor_profiles', 'total_students', 'UPDATE'),
  ('instructor_profiles', 'average_rating', 'UPDATE'),
  ('instructor_profiles', 'total_revenue', 'UPDATE'),
  ('instructor_settings', 'platform_fee_percent', 'INSERT'),
  ('instructor_settings', 'platform_fee_percent', 'UPDATE'),
  ('course_reviews', 'course_id', 'UPDATE'),
  ('course_reviews', 'is_published', 'UPDATE'),
  ('workshop_feedback', 'workshop_id', 'UPDATE')
) AS protected (name, field, privilege)
WHERE has_column_privilege('authenticated', format('%I.%I', current_schema(), protected.name), protected.field, privilege);

-- @check H-5 no client reads what others earn
-- @since 002
SELECT role, name AS "table"
FROM unnest(ARRAY['anon', 'authenticated']) AS role
CROSS JOIN unnest(ARRAY['courses', 'workshops', 'instructor_profiles']) AS name
WHERE has_column_privilege(role, format('%I.%I', current_schema(), name), 'total_revenue', 'SELECT');

-- @check H-5 every function of the API runs with the rights of whoever calls it
-- @since 001
SELECT oid::regprocedure AS function
FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace
  AND prosecdef;

-- @check nobody who is not signed in calls a function of the API
-- @since 001
SELECT oid::regprocedure AS function
FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace
  AND has_function_privilege('anon', oid, 'EXECUTE');

-- @check every function that runs as its owner fixes its search_path
-- @since 001
SELECT pg_proc.oid::regprocedure AS function
FROM pg_proc
WHERE pronamespace IN (current_schema()::regnamespace, 'app_private'::regnamespace)
  AND prosecdef
  AND NOT ('search_path=""' = ANY (coalesce(proconfig, '{}')));

-- Trigger functions count too, though nobody can call them.
-- @check no function that runs as its owner is open to PUBLIC
-- @since 001
SELECT pg_proc.oid::regprocedure AS function
FROM pg_proc
WHERE pronamespace IN (current_schema()::regnamespace, 'app_private'::regnamespace)
  AND prosecdef
  AND EXISTS (
    SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) AS entry
    WHERE entry.grantee = 0
  );

-- @check H-6 no client reads a materialized view
-- @since 001
SELECT pg_class.oid::regclass AS view, role
FROM pg_class
CROSS JOIN unnest(ARRAY['anon', 'authenticated']) AS role
WHERE relnamespace = current_schema()::regnamespace
  AND relkind = 'm'
  AND has_table_privilege(role, pg_class.oid, 'SELECT');

-- @check every view asks for the rights of whoever reads it
-- @since 001
SELECT oid::regclass AS view
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind = 'v'
  AND NOT ('security_invoker=true' = ANY (coalesce(reloptions, '{}')));
