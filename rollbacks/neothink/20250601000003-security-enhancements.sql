-- Rolls back 20250601000003-security-enhancements: drops its policies, switches row security off, grants the API's roles
-- what they had been granted, and drops the helpers.

DROP POLICY audit_logs_none ON audit_logs;
DROP POLICY analytics_summaries_select ON analytics_summaries;
DROP POLICY social_interactions_write ON social_interactions;
DROP POLICY social_interactions_select ON social_interactions;
DROP POLICY activity_feed_write ON activity_feed;
DROP POLICY activity_feed_select ON activity_feed;
DROP POLICY learning_progress_write ON learning_progress;
DROP POLICY content_versions_select ON content_versions;
DROP POLICY role_permissions_select ON role_permissions;
DROP POLICY permissions_select ON permissions;
DROP POLICY tenant_roles_select ON tenant_roles;
DROP POLICY tenants_update ON tenants;
DROP POLICY tenants_select ON tenants;
DROP POLICY shared_content_write ON shared_content;
DROP POLICY shared_content_select ON shared_content;
DROP POLICY resources_write ON resources;
DROP POLICY resources_select ON resources;
DROP POLICY lessons_write ON lessons;
DROP POLICY lessons_select ON lessons;
DROP POLICY content_modules_write ON content_modules;
DROP POLICY content_modules_select ON content_modules;
DROP POLICY tenant_users_write ON tenant_users;
DROP POLICY tenant_users_select ON tenant_users;
DROP POLICY profiles_update ON profiles;
DROP POLICY profiles_insert ON profiles;
DROP POLICY profiles_select ON profiles;

ALTER TABLE audit_logs DISABLE ROW LEVEL SECURITY;
ALTER TABLE analytics_summaries DISABLE ROW LEVEL SECURITY;
ALTER TABLE social_interactions DISABLE ROW LEVEL SECURITY;
ALTER TABLE activity_feed DISABLE ROW LEVEL SECURITY;
ALTER TABLE learning_progress DISABLE ROW LEVEL SECURITY;
ALTER TABLE content_versions DISABLE ROW LEVEL SECURITY;
ALTER TABLE role_permissions DISABLE ROW LEVEL SECURITY;
ALTER TABLE permissions DISABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_roles DISABLE ROW LEVEL SECURITY;
ALTER TABLE tenants DISABLE ROW LEVEL SECURITY;
ALTER TABLE shared_content DISABLE ROW LEVEL SECURITY;
ALTER TABLE resources DISABLE ROW LEVEL SECURITY;
ALTER TABLE lessons DISABLE ROW LEVEL SECURITY;
ALTER TABLE content_modules DISABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_users DISABLE ROW LEVEL SECURITY;
ALTER TABLE profiles DISABLE ROW LEVEL SECURITY;

-- Of a table this takes the grants on its columns too.
REVOKE ALL
  ON
    tenants, tenant_roles, profiles, tenant_users, permissions, role_permissions, content_modules, lessons,
    resources, shared_content, content_versions, learning_progress, activity_feed, social_interactions,
    analytics_summaries, audit_logs
  FROM anon, authenticated;

DO $$
DECLARE
  before RECORD;
BEGIN
  FOR before IN
    SELECT *
    FROM lms_db.neothink_20250601000003_privileges
  LOOP
    EXECUTE format(
      'GRANT %s%s ON %I TO %I%s',
      before.privilege,
      CASE WHEN before.column_name IS NULL THEN '' ELSE format(' (%I)', before.column_name) END,
      before.relation,
      before.grantee,
      CASE WHEN before.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
    );
  END LOOP;
END
$$;

DROP TABLE lms_db.neothink_20250601000003_privileges;

DROP FUNCTION app_private.is_tenant_admin(UUID);
DROP FUNCTION app_private.has_tenant_role(UUID, TEXT[]);
DROP FUNCTION app_private.platform_slugs();
DROP FUNCTION app_private.co_tenant_user_ids();
DROP FUNCTION app_private.tenant_ids();

REVOKE USAGE
  ON SCHEMA app_private
  FROM authenticated;
