-- Gives every tenant the settings and the branding that it has not set itself.
-- @phase 1 of 5: Foundation
-- @risk low what a tenant has set stays; the rest is filled in
-- @downtime none
-- @requires 20250531000000
-- @allow backfill-in-ddl-transaction there are as many tenants as platforms; locked, none is changed between reading and writing

ALTER TABLE tenants
  ALTER COLUMN settings SET DEFAULT '{}',
  ALTER COLUMN branding SET DEFAULT '{}';

-- Gone again at the end of this file. A key that both have is a key of the tenant; only objects are looked into.
CREATE FUNCTION app_private.filled_in(own JSONB, defaults JSONB)
  RETURNS JSONB
  LANGUAGE plpgsql
  IMMUTABLE
  SET search_path = ''
AS $$
BEGIN
  IF own IS NULL THEN
    RETURN defaults;
  END IF;
  IF pg_catalog.jsonb_typeof(own) <> 'object' OR pg_catalog.jsonb_typeof(defaults) <> 'object' THEN
    RETURN own;
  END IF;
  RETURN own || coalesce(
    (
      SELECT pg_catalog.jsonb_object_agg(entry.key, app_private.filled_in(own -> entry.key, entry.value))
      FROM pg_catalog.jsonb_each(defaults) AS entry
    ),
    '{}'
  );
END
$$;

CREATE TABLE lms_db.neothink_20250601000002_tenants (
  tenant_id UUID NOT NULL,
  settings_before JSONB,
  branding_before JSONB,
  settings_after JSONB,
  branding_after JSONB,
  CONSTRAINT neothink_20250601000002_tenants_pkey
    PRIMARY KEY (tenant_id)
);

COMMENT ON TABLE lms_db.neothink_20250601000002_tenants IS
  'Settings and branding of the tenants before and after 20250601000002-tenant-configuration; its rollback restores what has not changed since.';

INSERT INTO lms_db.neothink_20250601000002_tenants (
  tenant_id, settings_before, branding_before, settings_after, branding_after
)
SELECT
  tenants.id,
  tenants.settings,
  tenants.branding,
  app_private.filled_in(
    tenants.settings,
    '{
      "features": {
        "contentSharing": true,
        "userProfiles": true,
        "achievements": true,
        "analytics": true,
        "notifications": true
      },
      "limits": {
        "storageGB": 50,
        "maxUsers": 10000,
        "maxContentItems": 5000
      },
      "security": {
        "mfa": false,
        "ssoEnabled": false,
        "passwordPolicy": "medium"
      }
    }'
  ),
  app_private.filled_in(
    -- The plan as it was written left its placeholder in every URL; where that has run, it is filled in now.
    replace(tenants.branding::TEXT, '[tenant-slug]', trim(BOTH '"' FROM to_jsonb(tenants.slug)::TEXT))::JSONB,
    jsonb_build_object(
      'logo', jsonb_build_object(
        'full', 'https://assets.neothink.io/' || tenants.slug || '/logo-full.png',
        'icon', 'https://assets.neothink.io/' || tenants.slug || '/logo-icon.png'
      ),
      'colors', jsonb_build_object(
        'primary', CASE tenants.slug
          WHEN 'hub' THEN '#1A73E8'
          WHEN 'ascenders' THEN '#FF5722'
          WHEN 'neothinkers' THEN '#009688'
          WHEN 'immortals' THEN '#673AB7'
          ELSE '#4285F4'
        END,
        'secondary', '#34A853',
        'accent', '#FBBC05',
        'background', '#FFFFFF',
        'text', '#202124'
      ),
      'fonts', jsonb_build_object(
        'heading', 'Montserrat',
        'body', 'Roboto'
      )
    )
  )
FROM tenants;

-- The backfill is no change of the tenant: updated_at stays.
ALTER TABLE tenants
  DISABLE TRIGGER tenants_set_updated_at;

UPDATE tenants
SET
  settings = stored.settings_after,
  branding = stored.branding_after
FROM lms_db.neothink_20250601000002_tenants AS stored
WHERE stored.tenant_id = tenants.id
  AND (tenants.settings, tenants.branding) IS DISTINCT FROM (stored.settings_after, stored.branding_after);

ALTER TABLE tenants
  ENABLE TRIGGER tenants_set_updated_at;

DROP FUNCTION app_private.filled_in(JSONB, JSONB);
