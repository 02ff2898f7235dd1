-- Gives the platforms fourteen permissions, and grants them to the roles admin, editor and viewer.
-- @phase 1 of 5: Foundation
-- @risk medium affects access control
-- @downtime none
-- @requires 20250531000000

-- The plan presumes tables that other products shape otherwise. Better one sentence here, with every name in it,
-- than the first of many errors somewhere below.
DO $$
DECLARE
  absent TEXT;
  demanding TEXT;
BEGIN
  SELECT string_agg(presumed.name || '.' || presumed.column_name, ', ' ORDER BY presumed.name, presumed.column_name)
  INTO absent
  FROM (
    SELECT tables.name, unnest(tables.columns) AS column_name
    FROM (VALUES
      ('tenants', ARRAY['id', 'slug', 'settings', 'branding', 'updated_at']),
      ('tenant_roles', ARRAY['id', 'tenant_id', 'name', 'slug']),
      ('tenant_users', ARRAY['tenant_id', 'user_id', 'tenant_role_id']),
      ('profiles', ARRAY['id', 'email', 'full_name', 'avatar_url', 'bio', 'is_guardian']),
      ('permissions', ARRAY['id', 'name', 'slug', 'description', 'resource_type']),
      ('role_permissions', ARRAY['id', 'tenant_role_id', 'permission_id', 'created_at']),
      ('content_modules', ARRAY['id', 'platform']),
      ('lessons', ARRAY['id', 'module_id']),
      ('resources', ARRAY['id', 'platform']),
      ('shared_content', ARRAY['id', 'author_id', 'is_published']),
      ('content_versions', ARRAY['content_id', 'content_type', 'created_by']),
      ('learning_progress', ARRAY['user_id', 'content_type', 'content_id']),
      ('activity_feed', ARRAY['id', 'user_id', 'platform']),
      ('social_interactions', ARRAY['activity_id', 'user_id']),
      ('analytics_summaries', ARRAY[
        'id', 'platform', 'summary_type', 'time_period', 'start_date', 'end_date', 'metrics', 'created_at'
      ]),
      ('audit_logs', ARRAY['id'])
    ) AS tables (name, columns)
  ) AS presumed
  LEFT JOIN pg_attribute
    ON pg_attribute.attrelid = to_regclass(presumed.name)
   AND pg_attribute.attname = presumed.column_name
   AND NOT pg_attribute.attisdropped
  WHERE pg_attribute.attname IS NULL;

  IF absent IS NOT NULL THEN
    RAISE EXCEPTION 'this database is not the one that the plan presumes; it lacks %', absent
      USING
        ERRCODE = 'undefined_column',
        HINT = 'The shape is that of 20250531000000-neothink-baseline; bring the tables into it first.';
  END IF;

  SELECT string_agg(pg_attribute.attrelid::regclass || '.' || pg_attribute.attname, ', ' ORDER BY pg_attribute.attname)
  INTO demanding
  FROM pg_attribute
  WHERE pg_attribute.attrelid IN ('permissions'::regclass, 'role_permissions'::regclass)
    AND pg_attribute.attnum > 0
    AND pg_attribute.attnotnull
    AND NOT pg_attribute.atthasdef
    AND NOT pg_attribute.attisdropped
    AND pg_attribute.attidentity = ''
    AND pg_attribute.attname NOT IN ('name', 'slug', 'resource_type', 'tenant_role_id', 'permission_id');

  IF demanding IS NOT NULL THEN
    RAISE EXCEPTION 'this database is not the one that the plan presumes; it demands values for %', demanding
      USING
        ERRCODE = 'not_null_violation',
        HINT = 'The shape is that of 20250531000000-neothink-baseline; bring the tables into it first.';
  END IF;
END
$$;

-- What was there before stays when this is rolled back, so what is new is written down.
CREATE TABLE lms_db.neothink_20250601000001_inserted (
  id UUID NOT NULL,
  CONSTRAINT neothink_20250601000001_inserted_pkey
    PRIMARY KEY (id)
);

COMMENT ON TABLE lms_db.neothink_20250601000001_inserted IS
  'The rows of permissions and role_permissions that 20250601000001-permission-system inserted; its rollback deletes them.';

WITH inserted AS (
  INSERT INTO permissions (name, slug, description, resource_type)
  VALUES
    ('View Content', 'content:view', 'Can view content', 'content'),
    ('Edit Content', 'content:edit', 'Can edit content', 'content'),
    ('Create Content', 'content:create', 'Can create content', 'content'),
    ('Delete Content', 'content:delete', 'Can delete content', 'content'),
    ('Publish Content', 'content:publish', 'Can publish content', 'content'),
    ('Review Content', 'content:review', 'Can review content', 'content'),
    ('Manage Users', 'users:manage', 'Can manage users', 'users'),
    ('View Users', 'users:view', 'Can view users', 'users'),
    ('Manage Roles', 'roles:manage', 'Can manage roles', 'roles'),
    ('Manage Settings', 'settings:manage', 'Can manage tenant settings', 'settings'),
    ('View Analytics', 'analytics:view', 'Can view analytics', 'analytics'),
    ('Export Data', 'data:export', 'Can export data', 'data'),
    ('Import Data', 'data:import', 'Can import data', 'data'),
    ('Manage Integrations', 'integrations:manage', 'Can manage integrations', 'integrations')
  ON CONFLICT (slug)
  DO NOTHING
  RETURNING id
)
INSERT INTO lms_db.neothink_20250601000001_inserted (id)
SELECT id
FROM inserted;

-- The roles of platforms that come later get theirs from the reference seed.
WITH inserted AS (
  INSERT INTO role_permissions (tenant_role_id, permission_id)
  SELECT tenant_roles.id, permissions.id
  FROM tenant_roles
  JOIN permissions
    ON CASE tenant_roles.slug
      WHEN 'admin' THEN permissions.slug IN (
        'content:view', 'content:edit', 'content:create', 'content:delete', 'content:publish', 'content:review',
        'users:manage', 'users:view', 'roles:manage', 'settings:manage', 'analytics:view',
        'data:export', 'data:import', 'integrations:manage'
      )
      WHEN 'editor' THEN permissions.slug IN (
        'content:view', 'content:edit', 'content:create', 'content:publish', 'users:view', 'analytics:view'
      )
      WHEN 'viewer' THEN permissions.slug IN ('content:view', 'analytics:view')
    END
  ON CONFLICT (tenant_role_id, permission_id)
  DO NOTHING
  RETURNING id
)
INSERT INTO lms_db.neothink_20250601000001_inserted (id)
SELECT id
FROM inserted;
