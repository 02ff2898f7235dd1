-- Creates the table content_approvals: the approvals asked for and given.
-- @phase group 3 of 7: content system
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000000 20251101000002 20251103000005

CREATE TYPE approval_status AS ENUM (
  'pending',
  'approved',
  'rejected'
);

CREATE TABLE content_approvals (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  content_type content_kind NOT NULL,
  content_id UUID NOT NULL,
  version_id UUID NOT NULL,
  workflow_state VARCHAR(50) NOT NULL,
  requested_by UUID NOT NULL,
  assigned_to UUID,
  status approval_status NOT NULL DEFAULT 'pending',
  comments TEXT,
  approved_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_approvals_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_approvals_approved_check
    CHECK ((status = 'approved') = (approved_at IS NOT NULL)),
  CONSTRAINT content_approvals_version_id_fkey
    FOREIGN KEY (version_id)
    REFERENCES content_versions (id)
    ON DELETE CASCADE,
  CONSTRAINT content_approvals_requested_by_fkey
    FOREIGN KEY (requested_by)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT content_approvals_assigned_to_fkey
    FOREIGN KEY (assigned_to)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_content_approvals_content_type_content_id
  ON content_approvals (content_type, content_id);

CREATE INDEX idx_content_approvals_version_id
  ON content_approvals (version_id);

CREATE INDEX idx_content_approvals_requested_by
  ON content_approvals (requested_by);

CREATE INDEX idx_content_approvals_assigned_to_status
  ON content_approvals (assigned_to, status);

CREATE INDEX idx_content_approvals_status_created_at
  ON content_approvals (status, created_at);

CREATE TRIGGER content_approvals_set_updated_at
  BEFORE UPDATE ON content_approvals
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE approval_status IS
  'Where a request for approval stands.';
COMMENT ON TABLE content_approvals IS
  'Approvals asked for and given, one row a request.';
COMMENT ON COLUMN content_approvals.content_id IS
  'Key in the table that content_type names; a column that points into four tables cannot be a foreign key.';
COMMENT ON COLUMN content_approvals.workflow_state IS
  'State of the workflow to which the approval leads.';
COMMENT ON COLUMN content_approvals.approved_at IS
  'Set exactly when status is approved.';
