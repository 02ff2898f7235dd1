-- Creates the table academy_settings: the settings of each academy, its tenant mode first.
-- @phase group 1 of 7: independent tables
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000000 20251102010000 20251102010014

DO $$
BEGIN
  -- NULLS NOT DISTINCT and ON DELETE SET NULL (column) appeared in PostgreSQL 15. Asked
  -- again: a database that came with the 28 tables has never run the first file of the baseline.
  IF current_setting('server_version_num')::INTEGER < 150000 THEN
    RAISE EXCEPTION 'the lms schema needs PostgreSQL 15 or later; this server is %',
      current_setting('server_version')
      USING ERRCODE = 'feature_not_supported';
  END IF;
END
$$;

CREATE TYPE tenant_mode AS ENUM (
  'shared',
  'schema-per-academy',
  'database-per-academy'
);

CREATE TABLE academy_settings (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  academy_id UUID NOT NULL,
  tenant_mode tenant_mode NOT NULL DEFAULT 'shared',
  schema_name VARCHAR(63),
  database_name VARCHAR(63),
  max_users INTEGER,
  max_storage_gb INTEGER,
  features_enabled JSONB NOT NULL DEFAULT '{}',
  branding JSONB NOT NULL DEFAULT '{}',
  integrations JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT academy_settings_pkey
    PRIMARY KEY (id),
  CONSTRAINT academy_settings_schema_name_key
    UNIQUE (schema_name),
  CONSTRAINT academy_settings_database_name_key
    UNIQUE (database_name),
  CONSTRAINT academy_settings_max_users_check
    CHECK (max_users > 0),
  CONSTRAINT academy_settings_max_storage_gb_check
    CHECK (max_storage_gb > 0),
  CONSTRAINT academy_settings_tenancy_check
    CHECK (
      (tenant_mode = 'schema-per-academy') = (schema_name IS NOT NULL)
      AND (tenant_mode = 'database-per-academy') = (database_name IS NOT NULL)
    ),
  CONSTRAINT academy_settings_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE CASCADE
);

CREATE UNIQUE INDEX uq_academy_settings_academy_id
  ON academy_settings (academy_id);

CREATE INDEX idx_academy_settings_tenant_mode
  ON academy_settings (tenant_mode);

CREATE TRIGGER academy_settings_set_updated_at
  BEFORE UPDATE ON academy_settings
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE tenant_mode IS
  'How an academy is kept apart from the others.';
COMMENT ON TABLE academy_settings IS
  'Settings of an academy, one row each.';
COMMENT ON COLUMN academy_settings.tenant_mode IS
  'How the academy is kept apart: rows in shared tables, a schema of its own, or a database of its own.';
COMMENT ON COLUMN academy_settings.schema_name IS
  'Set exactly when tenant_mode is schema-per-academy.';
COMMENT ON COLUMN academy_settings.database_name IS
  'Set exactly when tenant_mode is database-per-academy. Connection data come from configuration, never from here.';
COMMENT ON COLUMN academy_settings.features_enabled IS
  'Object: feature name to true, false or its settings.';
COMMENT ON COLUMN academy_settings.branding IS
  'Object: logo, colours, texts of the academy.';
COMMENT ON COLUMN academy_settings.integrations IS
  'Object: settings of external systems by name; secrets do not belong here.';
