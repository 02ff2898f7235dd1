-- Rolls back 20251103000017-alter-quizzes-table: drops the six columns with what was entered in them since.
-- @allow index-drop-blocking the columns of the indexes go in the same step, under the same lock

DROP INDEX idx_quizzes_academy_id_quality_score;
DROP INDEX idx_quizzes_current_version_id;
DROP INDEX idx_quizzes_department_id_academy_id;
DROP INDEX idx_quizzes_academy_id_workflow_state;

ALTER TABLE quizzes
  DROP CONSTRAINT quizzes_current_version_id_fkey,
  DROP CONSTRAINT quizzes_department_id_academy_id_fkey,
  DROP CONSTRAINT quizzes_academy_id_fkey,
  DROP CONSTRAINT quizzes_quality_score_check;

ALTER TABLE quizzes
  DROP COLUMN last_validated_at,
  DROP COLUMN quality_score,
  DROP COLUMN current_version_id,
  DROP COLUMN workflow_state,
  DROP COLUMN department_id,
  DROP COLUMN academy_id;
