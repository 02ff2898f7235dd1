-- Guards of 20250601000002-tenant-configuration: every tenant is configured, and none has lost what it had set.

-- @check every tenant has the settings of the plan
SELECT slug, settings
FROM tenants
WHERE NOT coalesce(
  settings -> 'features' ?& ARRAY['contentSharing', 'userProfiles', 'achievements', 'analytics', 'notifications']
  AND settings -> 'limits' ?& ARRAY['storageGB', 'maxUsers', 'maxContentItems']
  AND settings -> 'security' ?& ARRAY['mfa', 'ssoEnabled', 'passwordPolicy'],
  FALSE
);

-- @check every tenant has the branding of the plan
SELECT slug, branding
FROM tenants
WHERE NOT coalesce(
  branding -> 'logo' ?& ARRAY['full', 'icon']
  AND branding -> 'colors' ?& ARRAY['primary', 'secondary', 'accent', 'background', 'text']
  AND branding -> 'fonts' ?& ARRAY['heading', 'body'],
  FALSE
);

-- @check no tenant has lost a setting
SELECT tenants.slug, stored.settings_before, tenants.settings
FROM tenants
JOIN lms_db.neothink_20250601000002_tenants AS stored
  ON stored.tenant_id = tenants.id
WHERE NOT tenants.settings @> stored.settings_before;

-- @check no tenant has lost a part of its branding
SELECT tenants.slug, stored.branding_before, tenants.branding
FROM tenants
JOIN lms_db.neothink_20250601000002_tenants AS stored
  ON stored.tenant_id = tenants.id
WHERE NOT tenants.branding @> stored.branding_before
  AND position('[tenant-slug]' IN stored.branding_before::TEXT) = 0;

-- @check no branding has a placeholder in it
SELECT slug, branding
FROM tenants
WHERE position('[tenant-slug]' IN branding::TEXT) > 0;

-- @check every tenant that had no primary color has the stated one
SELECT tenants.slug, tenants.branding #>> '{colors,primary}' AS color
FROM tenants
JOIN lms_db.neothink_20250601000002_tenants AS stored
  ON stored.tenant_id = tenants.id
WHERE stored.branding_before #> '{colors,primary}' IS NULL
  AND tenants.branding #>> '{colors,primary}' IS DISTINCT FROM CASE tenants.slug
    WHEN 'hub' THEN '#1A73E8'
    WHEN 'ascenders' THEN '#FF5722'
    WHEN 'neothinkers' THEN '#009688'
    WHEN 'immortals' THEN '#673AB7'
    ELSE '#4285F4'
  END;

-- @check the trigger that keeps updated_at is switched on again
SELECT tgname
FROM pg_trigger
WHERE tgrelid = 'tenants'::regclass
  AND NOT tgisinternal
  AND tgenabled = 'D';
