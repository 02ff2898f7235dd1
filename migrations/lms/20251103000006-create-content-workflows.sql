-- Creates the table content_workflows: the approval workflows of each academy.
-- @phase group 3 of 7: content system
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000000 20251102010000 20251103000005

CREATE TABLE content_workflows (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  academy_id UUID NOT NULL,
  content_type content_kind NOT NULL,
  workflow_name VARCHAR(100) NOT NULL,
  workflow_definition JSONB NOT NULL DEFAULT '{}',
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_workflows_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_workflows_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE CASCADE
);

CREATE UNIQUE INDEX uq_content_workflows_academy_id_workflow_name
  ON content_workflows (academy_id, workflow_name);

CREATE UNIQUE INDEX uq_content_workflows_academy_id_content_type_active
  ON content_workflows (academy_id, content_type)
  WHERE is_active;

CREATE INDEX idx_content_workflows_content_type
  ON content_workflows (content_type);

CREATE TRIGGER content_workflows_set_updated_at
  BEFORE UPDATE ON content_workflows
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE content_workflows IS
  'Approval workflows of an academy; at most one is active for each kind of content.';
COMMENT ON COLUMN content_workflows.workflow_definition IS
  'Object: the states and the transitions between them.';
