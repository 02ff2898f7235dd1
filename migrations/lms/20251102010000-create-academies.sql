-- Creates the table academies: the academies, the roots of tenancy.

CREATE TYPE academy_status AS ENUM (
  'active',
  'suspended',
  'archived'
);

CREATE TABLE academies (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name VARCHAR(200) NOT NULL,
  slug VARCHAR(100) NOT NULL,
  status academy_status NOT NULL DEFAULT 'active',
  is_default BOOLEAN NOT NULL DEFAULT FALSE,
  contact_email VARCHAR(255),
  timezone VARCHAR(64) NOT NULL DEFAULT 'UTC',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT academies_pkey
    PRIMARY KEY (id),
  CONSTRAINT academies_slug_key
    UNIQUE (slug),
  CONSTRAINT academies_slug_check
    CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);

CREATE UNIQUE INDEX uq_academies_is_default
  ON academies (is_default)
  WHERE is_default;

CREATE TRIGGER academies_set_updated_at
  BEFORE UPDATE ON academies
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE academy_status IS
  'Whether an academy is in operation.';
COMMENT ON TABLE academies IS
  'Academies: the root of tenancy. In shared mode a database holds many of them, otherwise exactly one.';
COMMENT ON COLUMN academies.slug IS
  'Lower-case letters, digits and single hyphens.';
COMMENT ON COLUMN academies.is_default IS
  'At most one academy has it (uq_academies_is_default): the owner of rows that name no other academy.';
