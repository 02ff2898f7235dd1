-- Rolls back 20251103000015-alter-modules-table: drops the six columns with what was entered in them since.
-- @allow index-drop-blocking the columns of the indexes go in the same step, under the same lock

DROP INDEX idx_modules_academy_id_quality_score;
DROP INDEX idx_modules_current_version_id;
DROP INDEX idx_modules_department_id_academy_id;
DROP INDEX idx_modules_academy_id_workflow_state;

ALTER TABLE modules
  DROP CONSTRAINT modules_current_version_id_fkey,
  DROP CONSTRAINT modules_department_id_academy_id_fkey,
  DROP CONSTRAINT modules_academy_id_fkey,
  DROP CONSTRAINT modules_quality_score_check;

ALTER TABLE modules
  DROP COLUMN last_validated_at,
  DROP COLUMN quality_score,
  DROP COLUMN current_version_id,
  DROP COLUMN workflow_state,
  DROP COLUMN department_id,
  DROP COLUMN academy_id;
