-- Creates the tables assessments, assessment_questions and assessment_attempts, and the questions as learners see them.
-- @phase 4 of 5: Learning Innovation
-- @risk medium creates empty tables; tenants is locked against writes for a moment
-- @downtime none
-- @app-change the assessment UI reads questions from published_questions; a job with service_role marks attempts
-- @requires 20250601000003

CREATE TABLE assessments (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  tenant_id UUID NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  assessment_type TEXT NOT NULL,
  passing_score INTEGER,
  time_limit_minutes INTEGER,
  attempts_allowed INTEGER,
  is_published BOOLEAN NOT NULL DEFAULT FALSE,
  created_by UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assessments_pkey
    PRIMARY KEY (id),
  CONSTRAINT assessments_tenant_id_fkey
    FOREIGN KEY (tenant_id)
    REFERENCES tenants (id)
    ON DELETE CASCADE,
  CONSTRAINT assessments_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES auth.users (id)
    ON DELETE SET NULL,
  CONSTRAINT assessments_passing_score_check
    CHECK (passing_score BETWEEN 0 AND 100),
  CONSTRAINT assessments_time_limit_minutes_check
    CHECK (time_limit_minutes > 0),
  CONSTRAINT assessments_attempts_allowed_check
    CHECK (attempts_allowed > 0)
);

CREATE INDEX idx_assessments_tenant_id
  ON assessments (tenant_id);

CREATE INDEX idx_assessments_created_by
  ON assessments (created_by);

CREATE TRIGGER assessments_set_updated_at
  BEFORE UPDATE ON assessments
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE assessments IS
  'Tests of a platform.';
COMMENT ON COLUMN assessments.passing_score IS
  'Percent, as the score of an attempt.';
COMMENT ON COLUMN assessments.attempts_allowed IS
  'The greatest attempt_number; NULL for any number.';

CREATE TABLE assessment_questions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  assessment_id UUID NOT NULL,
  question_type TEXT NOT NULL,
  question_text TEXT NOT NULL,
  options JSONB,
  correct_answer JSONB,
  points INTEGER NOT NULL DEFAULT 1,
  order_index INTEGER,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assessment_questions_pkey
    PRIMARY KEY (id),
  CONSTRAINT assessment_questions_assessment_id_fkey
    FOREIGN KEY (assessment_id)
    REFERENCES assessments (id)
    ON DELETE CASCADE,
  CONSTRAINT assessment_questions_points_check
    CHECK (points > 0)
);

CREATE INDEX idx_assessment_questions_assessment_id_order_index
  ON assessment_questions (assessment_id, order_index);

CREATE TRIGGER assessment_questions_set_updated_at
  BEFORE UPDATE ON assessment_questions
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE assessment_questions IS
  'The questions of an assessment with their answers; learners read published_questions.';
COMMENT ON COLUMN assessment_questions.options IS
  'What can be chosen; learners see it, so it does not say what is right.';
COMMENT ON COLUMN assessment_questions.correct_answer IS
  'What is right; never shown to learners.';

CREATE TABLE assessment_attempts (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  assessment_id UUID NOT NULL,
  user_id UUID NOT NULL,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  completed_at TIMESTAMPTZ,
  score INTEGER,
  passed BOOLEAN,
  time_spent_minutes INTEGER,
  answers JSONB,
  attempt_number INTEGER NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assessment_attempts_pkey
    PRIMARY KEY (id),
  CONSTRAINT assessment_attempts_assessment_user_number_key
    UNIQUE (assessment_id, user_id, attempt_number),
  -- What somebody achieved does not go with the test.
  CONSTRAINT assessment_attempts_assessment_id_fkey
    FOREIGN KEY (assessment_id)
    REFERENCES assessments (id)
    ON DELETE RESTRICT,
  CONSTRAINT assessment_attempts_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE,
  CONSTRAINT assessment_attempts_score_check
    CHECK (score BETWEEN 0 AND 100),
  CONSTRAINT assessment_attempts_time_spent_minutes_check
    CHECK (time_spent_minutes >= 0),
  CONSTRAINT assessment_attempts_attempt_number_check
    CHECK (attempt_number > 0),
  CONSTRAINT assessment_attempts_completion_check
    CHECK (completed_at IS NULL OR completed_at >= started_at)
);

CREATE INDEX idx_assessment_attempts_user_id
  ON assessment_attempts (user_id);

CREATE TRIGGER assessment_attempts_set_updated_at
  BEFORE UPDATE ON assessment_attempts
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE assessment_attempts IS
  'What users answered; score and result are set by service_role.';
COMMENT ON COLUMN assessment_attempts.score IS
  'Percent.';
COMMENT ON COLUMN assessment_attempts.answers IS
  'Object: id of a question to the answer.';

-- With the rights of its owner, because learners may not read the table; it lets nothing through but the questions that
-- are published in a tenant of the user. The barrier keeps a function in somebody's WHERE from seeing the others.
CREATE VIEW published_questions
  WITH (security_barrier = TRUE)
AS
SELECT
  assessment_questions.id,
  assessment_questions.assessment_id,
  assessment_questions.question_type,
  assessment_questions.question_text,
  assessment_questions.options,
  assessment_questions.points,
  assessment_questions.order_index
FROM assessment_questions
JOIN assessments
  ON assessments.id = assessment_questions.assessment_id
WHERE assessments.is_published
  AND assessments.tenant_id IN (SELECT app_private.tenant_ids());

COMMENT ON VIEW published_questions IS
  'The questions as learners see them: of published assessments of their tenants, without the answers.';

ALTER TABLE assessments ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessment_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE assessment_attempts ENABLE ROW LEVEL SECURITY;

REVOKE ALL
  ON assessments, assessment_questions, assessment_attempts, published_questions
  FROM anon, authenticated;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON assessments, assessment_questions
  TO authenticated;

GRANT
    SELECT,
    INSERT (assessment_id, user_id, attempt_number, answers)
  ON assessment_attempts
  TO authenticated;

GRANT SELECT
  ON published_questions
  TO authenticated;

CREATE POLICY assessments_select
  ON assessments
  FOR SELECT
  TO authenticated
  USING (
    is_published
    AND tenant_id IN (SELECT app_private.tenant_ids())
    OR tenant_id IN (
      SELECT own.id FROM app_private.tenant_ids() AS own (id)
      WHERE app_private.has_tenant_role(own.id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY assessments_write
  ON assessments
  FOR ALL
  TO authenticated
  USING (
    tenant_id IN (
      SELECT own.id FROM app_private.tenant_ids() AS own (id)
      WHERE app_private.has_tenant_role(own.id, ARRAY['admin', 'editor'])
    )
  )
  WITH CHECK (
    tenant_id IN (
      SELECT own.id FROM app_private.tenant_ids() AS own (id)
      WHERE app_private.has_tenant_role(own.id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY assessment_questions_write
  ON assessment_questions
  FOR ALL
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM assessments
      WHERE assessments.id = assessment_questions.assessment_id
        AND app_private.has_tenant_role(assessments.tenant_id, ARRAY['admin', 'editor'])
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM assessments
      WHERE assessments.id = assessment_questions.assessment_id
        AND app_private.has_tenant_role(assessments.tenant_id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY assessment_attempts_select
  ON assessment_attempts
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR EXISTS (
      SELECT FROM assessments
      WHERE assessments.id = assessment_attempts.assessment_id
        AND app_private.has_tenant_role(assessments.tenant_id, ARRAY['admin', 'editor'])
    )
  );

CREATE POLICY assessment_attempts_insert
  ON assessment_attempts
  FOR INSERT
  TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid())
    AND score IS NULL
    AND passed IS NULL
    AND completed_at IS NULL
    AND EXISTS (
      SELECT FROM assessments
      WHERE assessments.id = assessment_attempts.assessment_id
        AND assessments.is_published
        AND (assessments.attempts_allowed IS NULL OR assessments.attempts_allowed >= assessment_attempts.attempt_number)
    )
  );
