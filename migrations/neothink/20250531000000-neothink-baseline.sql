-- Creates what the migration plan presumes and never defines: sixteen tables, the schema app_private and set_updated_at.
-- @phase 0 of 5: what the plan presumes
-- @risk low creates empty tables
-- @downtime none
-- @requires 20250530000000

DO $$
BEGIN
  -- NULLS NOT DISTINCT and security_invoker appeared in PostgreSQL 15; said here, where nothing has been
  -- created yet, and not by a syntax error some files later.
  IF current_setting('server_version_num')::INTEGER < 150000 THEN
    RAISE EXCEPTION 'the neothink schema needs PostgreSQL 15 or later; this server is %',
      current_setting('server_version')
      USING ERRCODE = 'feature_not_supported';
  END IF;
END
$$;

-- On Supabase nobody but the platform may create in auth, and what lies in public is served by the API.
CREATE SCHEMA app_private;

COMMENT ON SCHEMA app_private IS
  'Functions behind policies and triggers; not served by the API.';

-- It names nothing that search_path could redirect.
CREATE FUNCTION app_private.set_updated_at()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  -- An UPDATE that changes nothing is no change.
  IF NEW IS DISTINCT FROM OLD THEN
    -- Not now(): two changes in one transaction are two moments.
    NEW.updated_at := pg_catalog.clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;

-- A trigger calls it whatever the caller may execute.
REVOKE EXECUTE
  ON FUNCTION app_private.set_updated_at()
  FROM PUBLIC;

COMMENT ON FUNCTION app_private.set_updated_at() IS
  'Trigger function: sets updated_at when an UPDATE really changes the row.';

CREATE TABLE tenants (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  settings JSONB,
  branding JSONB,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT tenants_pkey
    PRIMARY KEY (id),
  CONSTRAINT tenants_slug_key
    UNIQUE (slug)
);

CREATE TRIGGER tenants_set_updated_at
  BEFORE UPDATE ON tenants
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE tenants IS
  'The platforms: hub, ascenders, neothinkers, immortals.';
COMMENT ON COLUMN tenants.slug IS
  'What content_modules, resources, activity_feed and analytics_summaries call the platform.';
COMMENT ON COLUMN tenants.settings IS
  'Object: features, limits and security of the platform.';
COMMENT ON COLUMN tenants.branding IS
  'Object: logo, colors and fonts of the platform.';

CREATE TABLE tenant_roles (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT tenant_roles_pkey
    PRIMARY KEY (id),
  CONSTRAINT tenant_roles_tenant_id_slug_key
    UNIQUE (tenant_id, slug),
  CONSTRAINT tenant_roles_tenant_id_fkey
    FOREIGN KEY (tenant_id)
    REFERENCES tenants (id)
    ON DELETE CASCADE
);

CREATE TRIGGER tenant_roles_set_updated_at
  BEFORE UPDATE ON tenant_roles
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE tenant_roles IS
  'The roles that a platform knows: admin, editor, viewer, and its own.';

CREATE TABLE profiles (
  id UUID NOT NULL,
  email TEXT NOT NULL,
  full_name TEXT,
  avatar_url TEXT,
  bio TEXT,
  is_guardian BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT profiles_pkey
    PRIMARY KEY (id),
  CONSTRAINT profiles_id_fkey
    FOREIGN KEY (id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE
);

CREATE TRIGGER profiles_set_updated_at
  BEFORE UPDATE ON profiles
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE profiles IS
  'What the application knows of a user; the account itself is in auth.users.';
COMMENT ON COLUMN profiles.is_guardian IS
  'Whether the user is the guardian of somebody, approved.';

CREATE TABLE tenant_users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  user_id UUID NOT NULL,
  tenant_role_id UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT tenant_users_pkey
    PRIMARY KEY (id),
  CONSTRAINT tenant_users_tenant_id_user_id_key
    UNIQUE (tenant_id, user_id),
  CONSTRAINT tenant_users_tenant_id_fkey
    FOREIGN KEY (tenant_id)
    REFERENCES tenants (id)
    ON DELETE CASCADE,
  CONSTRAINT tenant_users_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE,
  CONSTRAINT tenant_users_tenant_role_id_fkey
    FOREIGN KEY (tenant_role_id)
    REFERENCES tenant_roles (id)
    ON DELETE RESTRICT
);

CREATE INDEX idx_tenant_users_tenant_role_id
  ON tenant_users (tenant_role_id);

CREATE TRIGGER tenant_users_set_updated_at
  BEFORE UPDATE ON tenant_users
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE tenant_users IS
  'Who belongs to a platform, with one role there.';
COMMENT ON COLUMN tenant_users.tenant_role_id IS
  'A role of the same platform; one of another platform gives no rights.';

CREATE TABLE permissions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  description TEXT,
  resource_type TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT permissions_pkey
    PRIMARY KEY (id),
  CONSTRAINT permissions_slug_key
    UNIQUE (slug)
);

COMMENT ON TABLE permissions IS
  'What a role can be allowed, on all platforms.';
COMMENT ON COLUMN permissions.slug IS
  'A type of resource and an action: content:view.';

CREATE TABLE role_permissions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_role_id UUID NOT NULL,
  permission_id UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT role_permissions_pkey
    PRIMARY KEY (id),
  CONSTRAINT role_permissions_tenant_role_id_permission_id_key
    UNIQUE (tenant_role_id, permission_id),
  CONSTRAINT role_permissions_tenant_role_id_fkey
    FOREIGN KEY (tenant_role_id)
    REFERENCES tenant_roles (id)
    ON DELETE CASCADE,
  CONSTRAINT role_permissions_permission_id_fkey
    FOREIGN KEY (permission_id)
    REFERENCES permissions (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_role_permissions_permission_id
  ON role_permissions (permission_id);

COMMENT ON TABLE role_permissions IS
  'What each role of a platform may do.';

CREATE TABLE content_modules (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  platform TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_modules_pkey
    PRIMARY KEY (id)
);

CREATE TRIGGER content_modules_set_updated_at
  BEFORE UPDATE ON content_modules
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE content_modules IS
  'Parts of the content of a platform; lessons lie in them.';
COMMENT ON COLUMN content_modules.platform IS
  'The slug of the tenant that owns it; only its members see it.';

CREATE TABLE lessons (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  module_id UUID NOT NULL,
  title TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT lessons_pkey
    PRIMARY KEY (id),
  CONSTRAINT lessons_module_id_fkey
    FOREIGN KEY (module_id)
    REFERENCES content_modules (id)
    ON DELETE CASCADE
);

CREATE TRIGGER lessons_set_updated_at
  BEFORE UPDATE ON lessons
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE lessons IS
  'The lessons of a module; who sees the module sees them.';

CREATE TABLE resources (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  platform TEXT NOT NULL,
  title TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT resources_pkey
    PRIMARY KEY (id)
);

CREATE INDEX idx_resources_platform
  ON resources (platform);

CREATE TRIGGER resources_set_updated_at
  BEFORE UPDATE ON resources
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE resources IS
  'Material of a platform beside its modules.';
COMMENT ON COLUMN resources.platform IS
  'The slug of the tenant that owns it; only its members see it.';

CREATE TABLE shared_content (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  title TEXT NOT NULL,
  author_id UUID,
  is_published BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT shared_content_pkey
    PRIMARY KEY (id),
  CONSTRAINT shared_content_author_id_fkey
    FOREIGN KEY (author_id)
    REFERENCES auth.users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_shared_content_author_id
  ON shared_content (author_id);

CREATE TRIGGER shared_content_set_updated_at
  BEFORE UPDATE ON shared_content
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE shared_content IS
  'Content of users for all platforms: their own, and what others have published.';

CREATE TABLE content_versions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  content_type TEXT NOT NULL,
  content_id UUID NOT NULL,
  version_number INTEGER NOT NULL DEFAULT 1,
  created_by UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_versions_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_versions_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES auth.users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_content_versions_created_by
  ON content_versions (created_by);

COMMENT ON TABLE content_versions IS
  'The versions that a piece of content has had.';
COMMENT ON COLUMN content_versions.content_type IS
  'What content_id names: module, lesson, resource, shared_content or assessment; other kinds are the application''s.';

CREATE TABLE learning_progress (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  content_type TEXT NOT NULL,
  content_id UUID NOT NULL,
  progress_percentage INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT learning_progress_pkey
    PRIMARY KEY (id),
  CONSTRAINT learning_progress_user_id_content_type_content_id_key
    UNIQUE (user_id, content_type, content_id),
  CONSTRAINT learning_progress_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE,
  CONSTRAINT learning_progress_progress_percentage_check
    CHECK (progress_percentage BETWEEN 0 AND 100)
);

CREATE TRIGGER learning_progress_set_updated_at
  BEFORE UPDATE ON learning_progress
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE learning_progress IS
  'How far a user is with a piece of content.';
COMMENT ON COLUMN learning_progress.content_type IS
  'What content_id names, as in content_versions.';

CREATE TABLE activity_feed (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID,
  platform TEXT NOT NULL,
  activity_type TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT activity_feed_pkey
    PRIMARY KEY (id),
  CONSTRAINT activity_feed_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE
);

COMMENT ON TABLE activity_feed IS
  'What happened on a platform, for its members to see.';
COMMENT ON COLUMN activity_feed.user_id IS
  'Whose activity it is; NULL for one of the platform itself.';

CREATE TABLE social_interactions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  activity_id UUID NOT NULL,
  user_id UUID NOT NULL,
  interaction_type TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT social_interactions_pkey
    PRIMARY KEY (id),
  CONSTRAINT social_interactions_activity_id_fkey
    FOREIGN KEY (activity_id)
    REFERENCES activity_feed (id)
    ON DELETE CASCADE,
  CONSTRAINT social_interactions_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_social_interactions_user_id
  ON social_interactions (user_id);

COMMENT ON TABLE social_interactions IS
  'What users did with an activity of the feed.';

CREATE TABLE analytics_summaries (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  platform TEXT NOT NULL,
  summary_type TEXT NOT NULL,
  time_period TEXT NOT NULL,
  start_date DATE NOT NULL,
  end_date DATE NOT NULL,
  metrics JSONB NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT analytics_summaries_pkey
    PRIMARY KEY (id),
  CONSTRAINT analytics_summaries_period_key
    UNIQUE (platform, summary_type, time_period, start_date)
);

COMMENT ON TABLE analytics_summaries IS
  'Numbers of a platform over a period; one row for each.';
COMMENT ON COLUMN analytics_summaries.platform IS
  'The slug of a tenant, or all.';
COMMENT ON COLUMN analytics_summaries.metrics IS
  'Object: what was counted, by name.';

CREATE TABLE audit_logs (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID,
  action TEXT NOT NULL,
  entity_type TEXT NOT NULL,
  entity_id UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT audit_logs_pkey
    PRIMARY KEY (id),
  CONSTRAINT audit_logs_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES auth.users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_audit_logs_user_id
  ON audit_logs (user_id);

COMMENT ON TABLE audit_logs IS
  'Who did what, for those who run the platforms; a user who is deleted leaves the entry behind.';
