-- Gives every quiz an academy, and quizzes the columns for departments, workflow, versions and quality.
-- @phase group 6 of 7: existing content tables
-- @risk medium quizzes is locked while its rows are backfilled and its four indexes are built
-- @downtime creating quizzes fails from here until the application that sets academy_id is deployed
-- @app-change every INSERT into quizzes sets academy_id, to the academy of its lesson; moving a quiz moves its academy
-- @requires 20251102010001 20251102010000 20251103000002 20251103000005 20251103000016
-- @allow backfill-in-ddl-transaction every row is given its values and proven to have them in one step that can be taken back whole; @risk says what it locks
-- @allow validate-in-same-transaction as above: what is validated was filled a few statements before
-- @allow index-create-blocking the table is locked for the backfill anyway, and the guards look at it before COMMIT

ALTER TABLE quizzes
  ADD COLUMN academy_id UUID,
  ADD COLUMN department_id UUID,
  ADD COLUMN workflow_state VARCHAR(50) NOT NULL DEFAULT 'draft',
  ADD COLUMN current_version_id UUID,
  ADD COLUMN quality_score INTEGER,
  ADD COLUMN last_validated_at TIMESTAMPTZ;

-- The backfill is no change of the quiz: updated_at stays.
ALTER TABLE quizzes
  DISABLE TRIGGER quizzes_set_updated_at;

UPDATE quizzes
SET academy_id = lessons.academy_id
FROM lessons
WHERE lessons.id = quizzes.lesson_id
  AND quizzes.academy_id IS NULL;

ALTER TABLE quizzes
  ENABLE TRIGGER quizzes_set_updated_at;

-- SET NOT NULL believes the validated CHECK and reads nothing; then the CHECK has done its work.
ALTER TABLE quizzes
  ADD CONSTRAINT quizzes_academy_id_not_null
  CHECK (academy_id IS NOT NULL)
  NOT VALID;

ALTER TABLE quizzes
  VALIDATE CONSTRAINT quizzes_academy_id_not_null;

ALTER TABLE quizzes
  ALTER COLUMN academy_id SET NOT NULL;

ALTER TABLE quizzes
  DROP CONSTRAINT quizzes_academy_id_not_null;

-- NOT VALID, then VALIDATE: one query over the table, not a look-up for each row.
ALTER TABLE quizzes
  ADD CONSTRAINT quizzes_quality_score_check
    CHECK (quality_score BETWEEN 0 AND 100)
    NOT VALID,
  ADD CONSTRAINT quizzes_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE RESTRICT
    NOT VALID,
  ADD CONSTRAINT quizzes_department_id_academy_id_fkey
    FOREIGN KEY (department_id, academy_id)
    REFERENCES departments (id, academy_id)
    ON DELETE SET NULL (department_id)
    NOT VALID,
  ADD CONSTRAINT quizzes_current_version_id_fkey
    FOREIGN KEY (current_version_id)
    REFERENCES content_versions (id)
    ON DELETE SET NULL
    NOT VALID;

ALTER TABLE quizzes
  VALIDATE CONSTRAINT quizzes_quality_score_check,
  VALIDATE CONSTRAINT quizzes_academy_id_fkey,
  VALIDATE CONSTRAINT quizzes_department_id_academy_id_fkey,
  VALIDATE CONSTRAINT quizzes_current_version_id_fkey;

CREATE INDEX idx_quizzes_academy_id_workflow_state
  ON quizzes (academy_id, workflow_state);

CREATE INDEX idx_quizzes_department_id_academy_id
  ON quizzes (department_id, academy_id);

CREATE INDEX idx_quizzes_current_version_id
  ON quizzes (current_version_id);

CREATE INDEX idx_quizzes_academy_id_quality_score
  ON quizzes (academy_id, quality_score);

COMMENT ON COLUMN quizzes.academy_id IS
  'The academy that owns the quiz: that of its lesson.';
COMMENT ON COLUMN quizzes.department_id IS
  'Optional department. The foreign key includes academy_id, so that the department belongs to the same academy.';
COMMENT ON COLUMN quizzes.workflow_state IS
  'A state of the active workflow of the academy for this kind of content; draft until a workflow says otherwise.';
COMMENT ON COLUMN quizzes.current_version_id IS
  'The version in use: a row of content_versions that names this quiz.';
COMMENT ON COLUMN quizzes.quality_score IS
  '0 to 100, computed by the validator; NULL until then.';
COMMENT ON COLUMN quizzes.last_validated_at IS
  'When the validator last ran; its findings are in validation_results.';
