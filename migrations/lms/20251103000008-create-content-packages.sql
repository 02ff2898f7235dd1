-- Creates the table content_packages: the packages of exported content.
-- @phase group 4 of 7: package system
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000002 20251102010000

CREATE TYPE package_type AS ENUM (
  'full',
  'partial'
);

CREATE TYPE package_status AS ENUM (
  'building',
  'ready',
  'expired',
  'failed'
);

CREATE TABLE content_packages (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  academy_id UUID NOT NULL,
  package_name VARCHAR(200) NOT NULL,
  package_type package_type NOT NULL,
  version VARCHAR(20) NOT NULL DEFAULT '1.0.0',
  manifest JSONB NOT NULL DEFAULT '{}',
  file_path VARCHAR(500),
  file_size BIGINT,
  checksum CHAR(64),
  status package_status NOT NULL DEFAULT 'building',
  created_by UUID NOT NULL,
  expires_at TIMESTAMPTZ,
  download_count INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_packages_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_packages_file_size_check
    CHECK (file_size >= 0),
  CONSTRAINT content_packages_checksum_check
    CHECK (checksum ~ '^[0-9a-f]{64}$'),
  CONSTRAINT content_packages_download_count_check
    CHECK (download_count >= 0),
  CONSTRAINT content_packages_ready_check
    CHECK (status <> 'ready' OR (file_path IS NOT NULL AND checksum IS NOT NULL)),
  CONSTRAINT content_packages_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE RESTRICT,
  CONSTRAINT content_packages_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE RESTRICT
);

CREATE INDEX idx_content_packages_academy_id_created_at
  ON content_packages (academy_id, created_at);

CREATE INDEX idx_content_packages_status
  ON content_packages (status);

CREATE INDEX idx_content_packages_created_by
  ON content_packages (created_by);

CREATE INDEX idx_content_packages_expires_at
  ON content_packages (expires_at)
  WHERE expires_at IS NOT NULL;

COMMENT ON TYPE package_type IS
  'Whether a package holds everything or a selection.';
COMMENT ON TYPE package_status IS
  'Where the making of a package stands.';
COMMENT ON TABLE content_packages IS
  'Packages of exported content.';
COMMENT ON COLUMN content_packages.manifest IS
  'Object: what the package holds, with kinds, ids and versions.';
COMMENT ON COLUMN content_packages.file_size IS
  'Bytes.';
COMMENT ON COLUMN content_packages.checksum IS
  'SHA-256 of the file, 64 lower-case hexadecimal digits; required once status is ready.';
COMMENT ON COLUMN content_packages.expires_at IS
  'From then on the file may be removed; NULL: never.';
