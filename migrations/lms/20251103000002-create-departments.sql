-- Creates the table departments: the parts of an academy, a tree;
-- and gives academy_memberships.department_id its foreign key.
-- @phase group 1 of 7: independent tables
-- @risk low creates an empty table; academy_memberships is read once to validate its new foreign key
-- @downtime none
-- @requires 20251101000000 20251101000002 20251102010000 20251103000001
-- @allow add-fk-validated academy_memberships was made by the migration before this one; its department_id is empty

CREATE TABLE departments (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  academy_id UUID NOT NULL,
  parent_id UUID,
  name VARCHAR(200) NOT NULL,
  slug VARCHAR(100) NOT NULL,
  description TEXT,
  manager_id UUID,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  metadata JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT departments_pkey
    PRIMARY KEY (id),
  CONSTRAINT departments_id_academy_id_key
    UNIQUE (id, academy_id),
  CONSTRAINT departments_not_self_check
    CHECK (parent_id IS DISTINCT FROM id),
  CONSTRAINT departments_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE CASCADE,
  CONSTRAINT departments_manager_id_fkey
    FOREIGN KEY (manager_id)
    REFERENCES users (id)
    ON DELETE SET NULL,
  CONSTRAINT departments_parent_id_academy_id_fkey
    FOREIGN KEY (parent_id, academy_id)
    REFERENCES departments (id, academy_id)
    ON DELETE CASCADE
);

CREATE UNIQUE INDEX uq_departments_academy_id_slug
  ON departments (academy_id, slug);

CREATE INDEX idx_departments_parent_id_academy_id
  ON departments (parent_id, academy_id);

CREATE INDEX idx_departments_manager_id
  ON departments (manager_id);

CREATE INDEX idx_departments_academy_id_active
  ON departments (academy_id)
  WHERE is_active;

CREATE TRIGGER departments_set_updated_at
  BEFORE UPDATE ON departments
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

-- Only department_id is emptied: academy_id is NOT NULL, the membership outlives the department.
ALTER TABLE academy_memberships
  ADD CONSTRAINT academy_memberships_department_id_academy_id_fkey
  FOREIGN KEY (department_id, academy_id)
  REFERENCES departments (id, academy_id)
  ON DELETE SET NULL (department_id);

COMMENT ON TABLE departments IS
  'Departments of an academy; a tree by parent_id.';
COMMENT ON COLUMN departments.parent_id IS
  'The department above; NULL at the top. The foreign key includes academy_id, so that a tree stays within one academy.';
COMMENT ON COLUMN departments.metadata IS
  'Free object of the application.';
