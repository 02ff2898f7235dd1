-- Creates the table academy_memberships: the users of each academy, with their roles.
-- @phase group 2 of 7: memberships and role permissions
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000000 20251101000001 20251101000002 20251102010000

-- department_id is without a foreign key until 20251103000002-create-departments: the document
-- numbers this file before the table to which the column refers. Its index is here.

CREATE TYPE membership_status AS ENUM (
  'active',
  'pending',
  'suspended',
  'archived'
);

CREATE TABLE academy_memberships (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  academy_id UUID NOT NULL,
  user_id UUID NOT NULL,
  role_id UUID NOT NULL,
  department_id UUID,
  status membership_status NOT NULL DEFAULT 'active',
  joined_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  custom_permissions JSONB NOT NULL DEFAULT '{}',
  metadata JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT academy_memberships_pkey
    PRIMARY KEY (id),
  CONSTRAINT academy_memberships_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE CASCADE,
  CONSTRAINT academy_memberships_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT academy_memberships_role_id_fkey
    FOREIGN KEY (role_id)
    REFERENCES roles (id)
    ON DELETE RESTRICT
);

CREATE UNIQUE INDEX uq_academy_memberships_academy_id_user_id
  ON academy_memberships (academy_id, user_id);

CREATE INDEX idx_academy_memberships_user_id
  ON academy_memberships (user_id);

CREATE INDEX idx_academy_memberships_role_id
  ON academy_memberships (role_id);

CREATE INDEX idx_academy_memberships_department_id_academy_id
  ON academy_memberships (department_id, academy_id);

CREATE INDEX idx_academy_memberships_academy_id_status
  ON academy_memberships (academy_id, status);

CREATE TRIGGER academy_memberships_set_updated_at
  BEFORE UPDATE ON academy_memberships
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE membership_status IS
  'Where a membership stands.';
COMMENT ON TABLE academy_memberships IS
  'Users of an academy with their role there.';
COMMENT ON COLUMN academy_memberships.department_id IS
  'Optional department. Its foreign key comes with the table departments and includes academy_id, so that the department belongs to the same academy.';
COMMENT ON COLUMN academy_memberships.custom_permissions IS
  'Object that overrides the permissions of the role: permission name to true (granted) or false (withheld).';
COMMENT ON COLUMN academy_memberships.metadata IS
  'Free object of the application.';
