-- Creates the table validation_results: the outcomes of validating content.
-- @phase group 5 of 7: asset and validation system
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251103000005 20251103000012

CREATE TYPE validation_status AS ENUM (
  'passed',
  'failed',
  'warning'
);

CREATE TABLE validation_results (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  content_type content_kind NOT NULL,
  content_id UUID NOT NULL,
  rule_id UUID NOT NULL,
  status validation_status NOT NULL,
  details JSONB NOT NULL DEFAULT '{}',
  auto_fixed BOOLEAN NOT NULL DEFAULT FALSE,
  validated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT validation_results_pkey
    PRIMARY KEY (id),
  CONSTRAINT validation_results_rule_id_fkey
    FOREIGN KEY (rule_id)
    REFERENCES validation_rules (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_validation_results_content_type_content_id_validated_at
  ON validation_results (content_type, content_id, validated_at);

CREATE INDEX idx_validation_results_rule_id
  ON validation_results (rule_id);

CREATE INDEX idx_validation_results_status
  ON validation_results (status);

COMMENT ON TYPE validation_status IS
  'Outcome of a validation.';
COMMENT ON TABLE validation_results IS
  'Outcomes of validating content against a rule, one row a run. Append-only, hence no updated_at.';
COMMENT ON COLUMN validation_results.content_id IS
  'Key in the table that content_type names; a column that points into four tables cannot be a foreign key.';
COMMENT ON COLUMN validation_results.details IS
  'Object: what was found, and where.';
COMMENT ON COLUMN validation_results.validated_at IS
  'When the validator ran; created_at is when its result was stored.';
