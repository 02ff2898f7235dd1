-- Gives the tables that are asked most the indexes that they lack, and sums up who has access to which platform.
-- @phase 5 of 5: Analytics and Optimization
-- @risk medium the indexes are built while the application works; each build reads its table twice
-- @downtime none
-- @app-change none
-- @transaction off
-- @requires 20250531000000 20250601000001 20250601000002 20250601000003 20250602000001 20250602000002
-- @requires 20250602000003 20250603000001 20250603000002 20250604000001 20250604000002 20250605000001

-- Two of these are the beginning of a unique key, and nothing would miss them: idx_tenant_users_tenant_id and
-- idx_learning_progress_user_id. The plan states them, so they are here; checks/neothink/health.sql knows them.

CREATE INDEX CONCURRENTLY idx_profiles_email
  ON profiles (email);

CREATE INDEX CONCURRENTLY idx_tenant_users_tenant_id
  ON tenant_users (tenant_id);

CREATE INDEX CONCURRENTLY idx_tenant_users_user_id
  ON tenant_users (user_id);

CREATE INDEX CONCURRENTLY idx_content_modules_platform
  ON content_modules (platform);

CREATE INDEX CONCURRENTLY idx_lessons_module_id
  ON lessons (module_id);

CREATE INDEX CONCURRENTLY idx_content_versions_content_id
  ON content_versions (content_id, content_type);

CREATE INDEX CONCURRENTLY idx_learning_progress_user_id
  ON learning_progress (user_id);

CREATE INDEX CONCURRENTLY idx_learning_progress_content
  ON learning_progress (content_type, content_id);

CREATE INDEX CONCURRENTLY idx_activity_feed_user_id
  ON activity_feed (user_id);

CREATE INDEX CONCURRENTLY idx_activity_feed_platform
  ON activity_feed (platform);

CREATE INDEX CONCURRENTLY idx_social_interactions_activity_id
  ON social_interactions (activity_id);

ALTER TABLE content_engagement
  SET (autovacuum_vacuum_scale_factor = 0.05);

ALTER TABLE audit_logs
  SET (autovacuum_vacuum_scale_factor = 0.05);

ALTER TABLE activity_feed
  SET (autovacuum_vacuum_scale_factor = 0.05);

-- Row security does not reach a materialized view, and this one has every e-mail address: so it is empty until the
-- clients have lost what the platform grants them on everything new.
CREATE MATERIALIZED VIEW user_platform_access
AS
SELECT
  profiles.id AS user_id,
  profiles.email,
  profiles.full_name,
  jsonb_object_agg(tenants.slug, tenant_roles.name) AS tenant_roles
FROM profiles
JOIN tenant_users
  ON tenant_users.user_id = profiles.id
JOIN tenants
  ON tenants.id = tenant_users.tenant_id
JOIN tenant_roles
  ON tenant_roles.id = tenant_users.tenant_role_id
GROUP BY profiles.id, profiles.email, profiles.full_name
WITH NO DATA;

REVOKE ALL
  ON user_platform_access
  FROM anon, authenticated;

COMMENT ON MATERIALIZED VIEW user_platform_access IS
  'Who has which role on which platform, as of the last refresh; for service_role only.';

CREATE UNIQUE INDEX idx_user_platform_access_user_id
  ON user_platform_access (user_id);

-- A view without data cannot be refreshed concurrently.
REFRESH MATERIALIZED VIEW user_platform_access;

-- As the owner, who alone may refresh; so nobody may call it before it becomes that.
CREATE FUNCTION refresh_materialized_views()
  RETURNS VOID
  LANGUAGE sql
  SET search_path = ''
AS $$
  REFRESH MATERIALIZED VIEW CONCURRENTLY public.user_platform_access
$$;

REVOKE EXECUTE
  ON FUNCTION refresh_materialized_views()
  FROM PUBLIC, anon, authenticated;

GRANT EXECUTE
  ON FUNCTION refresh_materialized_views()
  TO service_role;

ALTER FUNCTION refresh_materialized_views()
  SECURITY DEFINER;

COMMENT ON FUNCTION refresh_materialized_views() IS
  'Refreshes user_platform_access while it is being read.';
