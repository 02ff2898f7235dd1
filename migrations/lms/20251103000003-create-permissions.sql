-- Creates the table permissions: the permissions that roles can be given.
-- @phase group 1 of 7: independent tables
-- @risk low creates an empty table that refers to no other
-- @downtime none
-- @requires 20251102010014

-- Refers to no other table; it is required only that the baseline of 28 tables is complete.

CREATE TABLE permissions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name VARCHAR(100) NOT NULL,
  resource_type VARCHAR(50) NOT NULL,
  action VARCHAR(50) NOT NULL,
  description TEXT,
  is_system BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT permissions_pkey
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX uq_permissions_name
  ON permissions (name);

CREATE UNIQUE INDEX uq_permissions_resource_type_action
  ON permissions (resource_type, action);

COMMENT ON TABLE permissions IS
  'Permissions that roles can be given: an action on a type of resource.';
COMMENT ON COLUMN permissions.name IS
  'The key used in code and seeds, for example course.publish.';
COMMENT ON COLUMN permissions.is_system IS
  'Shipped with the application; not to be changed by an academy.';
