-- Rolls back 20250601000002-tenant-configuration: gives every tenant the settings and the branding back that it had.
-- What has been changed since is somebody's work and stays as it is.
-- @allow backfill-in-ddl-transaction there are as many tenants as platforms

-- The way back is no change of the tenant either: updated_at stays.
ALTER TABLE tenants
  DISABLE TRIGGER tenants_set_updated_at;

UPDATE tenants
SET settings = stored.settings_before
FROM lms_db.neothink_20250601000002_tenants AS stored
WHERE stored.tenant_id = tenants.id
  AND tenants.settings IS NOT DISTINCT FROM stored.settings_after;

UPDATE tenants
SET branding = stored.branding_before
FROM lms_db.neothink_20250601000002_tenants AS stored
WHERE stored.tenant_id = tenants.id
  AND tenants.branding IS NOT DISTINCT FROM stored.branding_after;

ALTER TABLE tenants
  ENABLE TRIGGER tenants_set_updated_at;

ALTER TABLE tenants
  ALTER COLUMN settings DROP DEFAULT,
  ALTER COLUMN branding DROP DEFAULT;

DROP TABLE lms_db.neothink_20250601000002_tenants;
