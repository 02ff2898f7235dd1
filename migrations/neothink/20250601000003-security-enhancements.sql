-- Protects the sixteen tables by row security: helpers, policies, and privileges that go no further than the policies.
-- @phase 1 of 5: Foundation
-- @risk high affects data access
-- @downtime none
-- @app-change clients reach a row only as a member of its tenant; jobs use service_role, which row security does not bind
-- @requires 20250531000000 20250601000001
-- @allow wide-lock-window the policies of one table ask others: all tables are protected at one moment, or none
-- @allow revoke-grant the point of the step: clients keep what they need, which is granted below, and no more

-- The owner of the tables and service_role see every row; the API's clients are authenticated, which owns nothing.
-- The helpers run as the owner: a policy that read tenant_users itself would ask the policy of tenant_users, without end.
-- Each takes its user from the request, so that they tell nobody anything about others.

GRANT USAGE
  ON SCHEMA app_private
  TO authenticated;

CREATE FUNCTION app_private.tenant_ids()
  RETURNS SETOF UUID
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT tenant_users.tenant_id
  FROM public.tenant_users
  WHERE tenant_users.user_id = (SELECT auth.uid())
$$;

CREATE FUNCTION app_private.co_tenant_user_ids()
  RETURNS SETOF UUID
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT DISTINCT others.user_id
  FROM public.tenant_users AS own
  JOIN public.tenant_users AS others
    ON others.tenant_id = own.tenant_id
  WHERE own.user_id = (SELECT auth.uid())
$$;

CREATE FUNCTION app_private.platform_slugs()
  RETURNS SETOF TEXT
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT tenants.slug
  FROM public.tenant_users
  JOIN public.tenants
    ON tenants.id = tenant_users.tenant_id
  WHERE tenant_users.user_id = (SELECT auth.uid())
$$;

-- The parameters bear a p_: one that is called like a column is ambiguous, or worse, compared with itself.
CREATE FUNCTION app_private.has_tenant_role(p_tenant_id UUID, p_role_slugs TEXT[])
  RETURNS BOOLEAN
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT FROM public.tenant_users
    JOIN public.tenant_roles
      ON tenant_roles.id = tenant_users.tenant_role_id
     -- A role of another tenant gives no rights in this one.
     AND tenant_roles.tenant_id = tenant_users.tenant_id
    WHERE tenant_users.user_id = (SELECT auth.uid())
      AND tenant_users.tenant_id = p_tenant_id
      AND tenant_roles.slug = ANY (p_role_slugs)
  )
$$;

CREATE FUNCTION app_private.is_tenant_admin(p_tenant_id UUID)
  RETURNS BOOLEAN
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT app_private.has_tenant_role(p_tenant_id, ARRAY['admin'])
$$;

COMMENT ON FUNCTION app_private.tenant_ids() IS
  'The tenants of the user of the request.';
COMMENT ON FUNCTION app_private.co_tenant_user_ids() IS
  'Everybody who shares a tenant with the user of the request, himself or herself included.';
COMMENT ON FUNCTION app_private.platform_slugs() IS
  'The slugs of the tenants of the user of the request.';
COMMENT ON FUNCTION app_private.has_tenant_role(UUID, TEXT[]) IS
  'Whether the user of the request has one of these roles in this tenant.';
COMMENT ON FUNCTION app_private.is_tenant_admin(UUID) IS
  'Whether the user of the request is an admin of this tenant.';

REVOKE EXECUTE
  ON FUNCTION
    app_private.tenant_ids(),
    app_private.co_tenant_user_ids(),
    app_private.platform_slugs(),
    app_private.has_tenant_role(UUID, TEXT[]),
    app_private.is_tenant_admin(UUID)
  FROM PUBLIC;

-- A policy calls them with the rights of whoever asks.
GRANT EXECUTE
  ON FUNCTION
    app_private.tenant_ids(),
    app_private.co_tenant_user_ids(),
    app_private.platform_slugs(),
    app_private.has_tenant_role(UUID, TEXT[]),
    app_private.is_tenant_admin(UUID)
  TO authenticated;

-- What the API's roles may do with these tables at this moment, for the way back.
CREATE TABLE lms_db.neothink_20250601000003_privileges (
  relation TEXT NOT NULL,
  column_name TEXT,
  grantee TEXT NOT NULL,
  privilege TEXT NOT NULL,
  is_grantable BOOLEAN NOT NULL
);

COMMENT ON TABLE lms_db.neothink_20250601000003_privileges IS
  'What anon and authenticated were granted before 20250601000003-security-enhancements; its rollback grants it again.';

INSERT INTO lms_db.neothink_20250601000003_privileges (relation, column_name, grantee, privilege, is_grantable)
SELECT granted.relation, granted.column_name, pg_roles.rolname, granted.privilege_type, granted.is_grantable
FROM (
  SELECT pg_class.relname AS relation, NULL AS column_name, privileges.*
  FROM pg_class
  CROSS JOIN aclexplode(pg_class.relacl) AS privileges
  WHERE pg_class.relnamespace = current_schema()::regnamespace
  UNION ALL
  SELECT pg_class.relname, pg_attribute.attname, privileges.*
  FROM pg_class
  JOIN pg_attribute
    ON pg_attribute.attrelid = pg_class.oid
   AND NOT pg_attribute.attisdropped
  CROSS JOIN aclexplode(pg_attribute.attacl) AS privileges
  WHERE pg_class.relnamespace = current_schema()::regnamespace
) AS granted
JOIN pg_roles
  ON pg_roles.oid = granted.grantee
WHERE pg_roles.rolname IN ('anon', 'authenticated')
  AND granted.relation IN (
    'tenants', 'tenant_roles', 'profiles', 'tenant_users', 'permissions', 'role_permissions', 'content_modules', 'lessons',
    'resources', 'shared_content', 'content_versions', 'learning_progress', 'activity_feed', 'social_interactions',
    'analytics_summaries', 'audit_logs'
  );

-- TRUNCATE asks no policy, and a row policy does not protect a column: so the clients get what they need, and no more.
REVOKE ALL
  ON
    tenants, tenant_roles, profiles, tenant_users, permissions, role_permissions, content_modules, lessons,
    resources, shared_content, content_versions, learning_progress, activity_feed, social_interactions,
    analytics_summaries, audit_logs
  FROM anon, authenticated;

GRANT SELECT
  ON
    tenants, tenant_roles, profiles, permissions, role_permissions, content_versions, analytics_summaries
  TO authenticated;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON
    tenant_users, content_modules, lessons, resources, shared_content, learning_progress, activity_feed,
    social_interactions
  TO authenticated;

GRANT UPDATE (name, branding)
  ON tenants
  TO authenticated;

-- Without is_guardian: nobody makes a guardian of himself.
GRANT
    INSERT (id, email, full_name, avatar_url, bio),
    UPDATE (full_name, avatar_url, bio)
  ON profiles
  TO authenticated;

ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_users ENABLE ROW LEVEL SECURITY;
ALTER TABLE content_modules ENABLE ROW LEVEL SECURITY;
ALTER TABLE lessons ENABLE ROW LEVEL SECURITY;
ALTER TABLE resources ENABLE ROW LEVEL SECURITY;
ALTER TABLE shared_content ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_roles ENABLE ROW LEVEL SECURITY;
ALTER TABLE permissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE role_permissions ENABLE ROW LEVEL SECURITY;
ALTER TABLE content_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE learning_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity_feed ENABLE ROW LEVEL SECURITY;
ALTER TABLE social_interactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE analytics_summaries ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_logs ENABLE ROW LEVEL SECURITY;

-- auth.uid() in a SELECT of its own is asked once for a query, not once for a row; so are sets of tenants.

CREATE POLICY profiles_select
  ON profiles
  FOR SELECT
  TO authenticated
  USING (
    id = (SELECT auth.uid())
    OR id IN (SELECT app_private.co_tenant_user_ids())
  );

CREATE POLICY profiles_insert
  ON profiles
  FOR INSERT
  TO authenticated
  WITH CHECK (id = (SELECT auth.uid()));

CREATE POLICY profiles_update
  ON profiles
  FOR UPDATE
  TO authenticated
  USING (id = (SELECT auth.uid()))
  WITH CHECK (id = (SELECT auth.uid()));

CREATE POLICY tenant_users_select
  ON tenant_users
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR tenant_id IN (SELECT own.id FROM app_private.tenant_ids() AS own (id) WHERE app_private.is_tenant_admin(own.id))
  );

CREATE POLICY tenant_users_write
  ON tenant_users
  FOR ALL
  TO authenticated
  USING (
    tenant_id IN (SELECT own.id FROM app_private.tenant_ids() AS own (id) WHERE app_private.is_tenant_admin(own.id))
  )
  WITH CHECK (
    tenant_id IN (SELECT own.id FROM app_private.tenant_ids() AS own (id) WHERE app_private.is_tenant_admin(own.id))
  );

CREATE POLICY content_modules_select
  ON content_modules
  FOR SELECT
  TO authenticated
  USING (platform IN (SELECT app_private.platform_slugs()));

CREATE POLICY content_modules_write
  ON content_modules
  FOR ALL
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM tenants
      WHERE tenants.slug = content_modules.platform
        AND app_private.has_tenant_role(tenants.id, ARRAY['admin', 'editor'])
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM tenants
      WHERE tenants.slug = content_modules.platform
        AND app_private.has_tenant_role(tenants.id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY lessons_select
  ON lessons
  FOR SELECT
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM content_modules
      WHERE content_modules.id = lessons.module_id
    )
  );

CREATE POLICY lessons_write
  ON lessons
  FOR ALL
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM content_modules
      JOIN tenants
        ON tenants.slug = content_modules.platform
      WHERE content_modules.id = lessons.module_id
        AND app_private.has_tenant_role(tenants.id, ARRAY['admin', 'editor'])
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM content_modules
      JOIN tenants
        ON tenants.slug = content_modules.platform
      WHERE content_modules.id = lessons.module_id
        AND app_private.has_tenant_role(tenants.id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY resources_select
  ON resources
  FOR SELECT
  TO authenticated
  USING (platform IN (SELECT app_private.platform_slugs()));

CREATE POLICY resources_write
  ON resources
  FOR ALL
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM tenants
      WHERE tenants.slug = resources.platform
        AND app_private.has_tenant_role(tenants.id, ARRAY['admin', 'editor'])
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM tenants
      WHERE tenants.slug = resources.platform
        AND app_private.has_tenant_role(tenants.id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY shared_content_select
  ON shared_content
  FOR SELECT
  TO authenticated
  USING (is_published OR author_id = (SELECT auth.uid()));

CREATE POLICY shared_content_write
  ON shared_content
  FOR ALL
  TO authenticated
  USING (author_id = (SELECT auth.uid()))
  WITH CHECK (author_id = (SELECT auth.uid()));

CREATE POLICY tenants_select
  ON tenants
  FOR SELECT
  TO authenticated
  USING (id IN (SELECT app_private.tenant_ids()));

CREATE POLICY tenants_update
  ON tenants
  FOR UPDATE
  TO authenticated
  USING (app_private.is_tenant_admin(id))
  WITH CHECK (app_private.is_tenant_admin(id));

CREATE POLICY tenant_roles_select
  ON tenant_roles
  FOR SELECT
  TO authenticated
  USING (tenant_id IN (SELECT app_private.tenant_ids()));

CREATE POLICY permissions_select
  ON permissions
  FOR SELECT
  TO authenticated
  USING (TRUE);

CREATE POLICY role_permissions_select
  ON role_permissions
  FOR SELECT
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM tenant_roles
      WHERE tenant_roles.id = role_permissions.tenant_role_id
    )
  );

CREATE POLICY content_versions_select
  ON content_versions
  FOR SELECT
  TO authenticated
  USING (created_by = (SELECT auth.uid()));

CREATE POLICY learning_progress_write
  ON learning_progress
  FOR ALL
  TO authenticated
  USING (user_id = (SELECT auth.uid()))
  WITH CHECK (user_id = (SELECT auth.uid()));

CREATE POLICY activity_feed_select
  ON activity_feed
  FOR SELECT
  TO authenticated
  USING (platform IN (SELECT app_private.platform_slugs()));

CREATE POLICY activity_feed_write
  ON activity_feed
  FOR ALL
  TO authenticated
  USING (user_id = (SELECT auth.uid()))
  WITH CHECK (
    user_id = (SELECT auth.uid())
    AND platform IN (SELECT app_private.platform_slugs())
  );

CREATE POLICY social_interactions_select
  ON social_interactions
  FOR SELECT
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM activity_feed
      WHERE activity_feed.id = social_interactions.activity_id
    )
  );

CREATE POLICY social_interactions_write
  ON social_interactions
  FOR ALL
  TO authenticated
  USING (user_id = (SELECT auth.uid()))
  WITH CHECK (user_id = (SELECT auth.uid()));

CREATE POLICY analytics_summaries_select
  ON analytics_summaries
  FOR SELECT
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM tenants
      WHERE tenants.slug = analytics_summaries.platform
        AND app_private.is_tenant_admin(tenants.id)
    )
  );

-- Says that nobody is meant to, where row security without a policy would say nothing.
CREATE POLICY audit_logs_none
  ON audit_logs
  FOR ALL
  TO authenticated
  USING (FALSE)
  WITH CHECK (FALSE);
