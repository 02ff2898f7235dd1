-- Creates the table role_permissions: which role has which permission, everywhere or in one academy.
-- @phase group 2 of 7: memberships and role permissions
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000001 20251102010000 20251103000003
-- @allow tenant-column-nullable without an academy it is a permission of the role everywhere; the academy can add its own

CREATE TABLE role_permissions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  role_id UUID NOT NULL,
  permission_id UUID NOT NULL,
  academy_id UUID,
  scope JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT role_permissions_pkey
    PRIMARY KEY (id),
  CONSTRAINT role_permissions_role_id_fkey
    FOREIGN KEY (role_id)
    REFERENCES roles (id)
    ON DELETE CASCADE,
  CONSTRAINT role_permissions_permission_id_fkey
    FOREIGN KEY (permission_id)
    REFERENCES permissions (id)
    ON DELETE CASCADE,
  CONSTRAINT role_permissions_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE CASCADE
);

CREATE UNIQUE INDEX uq_role_permissions_role_id_permission_id_academy_id
  ON role_permissions (role_id, permission_id, academy_id)
  NULLS NOT DISTINCT;

CREATE INDEX idx_role_permissions_permission_id
  ON role_permissions (permission_id);

CREATE INDEX idx_role_permissions_academy_id
  ON role_permissions (academy_id);

COMMENT ON TABLE role_permissions IS
  'Which role has which permission.';
COMMENT ON COLUMN role_permissions.academy_id IS
  'The academy in which the grant holds; NULL: in every academy. Unique with NULLS NOT DISTINCT, so that a global grant exists once.';
COMMENT ON COLUMN role_permissions.scope IS
  'Object that narrows the grant; empty: not narrowed.';
