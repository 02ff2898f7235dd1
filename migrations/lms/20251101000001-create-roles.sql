-- Creates the table roles: the global roles that a user can have.

CREATE TABLE roles (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name VARCHAR(50) NOT NULL,
  permissions JSONB NOT NULL DEFAULT '[]',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT roles_pkey
    PRIMARY KEY (id),
  CONSTRAINT roles_name_key
    UNIQUE (name),
  CONSTRAINT roles_permissions_check
    CHECK (jsonb_typeof(permissions) = 'array')
);

CREATE TRIGGER roles_set_updated_at
  BEFORE UPDATE ON roles
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE roles IS
  'Global roles. A user has exactly one; further roles inside an academy come with academy_memberships.';
COMMENT ON COLUMN roles.permissions IS
  'Array of permission names granted by this role, for example ["course.read"].';
