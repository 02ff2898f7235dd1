-- Creates the table validation_rules: the rules by which content is validated.
-- @phase group 1 of 7: independent tables
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000000 20251102010000 20251103000005
-- @allow tenant-column-nullable without an academy it is a rule of the platform, for all of them

CREATE TYPE validation_severity AS ENUM (
  'error',
  'warning',
  'info'
);

CREATE TABLE validation_rules (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  academy_id UUID,
  rule_name VARCHAR(100) NOT NULL,
  content_type content_kind NOT NULL,
  rule_definition JSONB NOT NULL DEFAULT '{}',
  severity validation_severity NOT NULL DEFAULT 'warning',
  auto_fix_available BOOLEAN NOT NULL DEFAULT FALSE,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT validation_rules_pkey
    PRIMARY KEY (id),
  CONSTRAINT validation_rules_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE CASCADE
);

CREATE UNIQUE INDEX uq_validation_rules_academy_id_rule_name
  ON validation_rules (academy_id, rule_name)
  NULLS NOT DISTINCT;

CREATE INDEX idx_validation_rules_content_type_active
  ON validation_rules (content_type)
  WHERE is_active;

CREATE INDEX idx_validation_rules_severity
  ON validation_rules (severity);

CREATE TRIGGER validation_rules_set_updated_at
  BEFORE UPDATE ON validation_rules
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE validation_severity IS
  'How much a violated rule matters.';
COMMENT ON TABLE validation_rules IS
  'Rules by which content is validated.';
COMMENT ON COLUMN validation_rules.academy_id IS
  'The academy whose rule it is; NULL: a rule for all. Unique with NULLS NOT DISTINCT, so that a global rule exists once.';
COMMENT ON COLUMN validation_rules.rule_definition IS
  'Object: the condition and its parameters, read by the validator.';
