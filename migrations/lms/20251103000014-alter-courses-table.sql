-- Gives every course an academy, and courses the columns for departments, workflow, versions and quality.
-- @phase group 6 of 7: existing content tables
-- @risk medium courses is locked while its rows are backfilled and its four indexes are built
-- @downtime creating courses fails from here until the application that sets academy_id is deployed
-- @app-change every INSERT into courses sets academy_id; a course is found by academy_id and slug, a slug alone can match several
-- @requires 20251102000001 20251102010000 20251103000000 20251103000001 20251103000002 20251103000003 20251103000004 20251103000005 20251103000006 20251103000007 20251103000008 20251103000009 20251103000010 20251103000011 20251103000012 20251103000013
-- @allow explicit-lock-table two runs must not both find that there is no default academy
-- @allow backfill-in-ddl-transaction every row is given its values and proven to have them in one step that can be taken back whole; @risk says what it locks
-- @allow validate-in-same-transaction as above: what is validated was filled a few statements before
-- @allow index-create-blocking the table is locked for the backfill anyway, and the guards look at it before COMMIT
-- @allow add-unique-builds-index the table is locked for the backfill anyway

-- The fourteen new tables come first: the stated order, and the rollback asks ten of them.
-- Existing courses go to the academy flagged is_default. Without one, an academy "default" is
-- created, whether or not there are courses: a shared database has exactly one default academy.
-- To give the existing courses to an academy that is already there, flag it before this migration.
-- It has a fixed, well-known id, by which the rollback knows that this migration created it.

ALTER TABLE courses
  ADD COLUMN academy_id UUID,
  ADD COLUMN department_id UUID,
  ADD COLUMN workflow_state VARCHAR(50) NOT NULL DEFAULT 'draft',
  ADD COLUMN current_version_id UUID,
  ADD COLUMN quality_score INTEGER,
  ADD COLUMN last_validated_at TIMESTAMPTZ;

-- The foreign key below takes this lock anyway; taken here, the default academy stays the same
-- from the question whether there is one to the end of the backfill.
LOCK TABLE academies
  IN SHARE ROW EXCLUSIVE MODE;

DO $$
DECLARE
  taken TEXT;
BEGIN
  IF EXISTS (
    SELECT FROM academies
    WHERE is_default
  ) THEN
    RETURN;
  END IF;

  -- Whose content is it? An academy that merely bears the name may be a tenant like any other,
  -- and handing it all the courses cannot be taken back. So a person decides.
  SELECT format('id %s, slug %L, name %L', id, slug, name)
  INTO taken
  FROM academies
  WHERE slug = 'default'
     OR id = '00000000-0000-4000-8000-202511030014'
  ORDER BY slug = 'default' DESC
  LIMIT 1;

  IF taken IS NOT NULL THEN
    RAISE EXCEPTION 'no academy is the default, and the one to be created is already there without the flag: %', taken
      USING
        ERRCODE = 'unique_violation',
        HINT = 'If it shall own the existing courses: set its is_default to TRUE; otherwise flag another academy, or rename this one.';
  END IF;
END
$$;

-- Does nothing only where a default academy exists; any other conflict is an error.
INSERT INTO academies (id, name, slug, is_default)
VALUES ('00000000-0000-4000-8000-202511030014', 'Default academy', 'default', TRUE)
ON CONFLICT (is_default) WHERE is_default
DO NOTHING;

-- The backfill is no change of the course: updated_at stays.
ALTER TABLE courses
  DISABLE TRIGGER courses_set_updated_at;

UPDATE courses
SET academy_id = (
  SELECT academies.id
  FROM academies
  WHERE academies.is_default
)
WHERE academy_id IS NULL;

ALTER TABLE courses
  ENABLE TRIGGER courses_set_updated_at;

-- SET NOT NULL believes the validated CHECK and reads nothing; then the CHECK has done its work.
ALTER TABLE courses
  ADD CONSTRAINT courses_academy_id_not_null
  CHECK (academy_id IS NOT NULL)
  NOT VALID;

ALTER TABLE courses
  VALIDATE CONSTRAINT courses_academy_id_not_null;

ALTER TABLE courses
  ALTER COLUMN academy_id SET NOT NULL;

ALTER TABLE courses
  DROP CONSTRAINT courses_academy_id_not_null;

-- NOT VALID, then VALIDATE: one query over the table, not a look-up for each row.
ALTER TABLE courses
  ADD CONSTRAINT courses_quality_score_check
    CHECK (quality_score BETWEEN 0 AND 100)
    NOT VALID,
  ADD CONSTRAINT courses_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE RESTRICT
    NOT VALID,
  ADD CONSTRAINT courses_department_id_academy_id_fkey
    FOREIGN KEY (department_id, academy_id)
    REFERENCES departments (id, academy_id)
    ON DELETE SET NULL (department_id)
    NOT VALID,
  ADD CONSTRAINT courses_current_version_id_fkey
    FOREIGN KEY (current_version_id)
    REFERENCES content_versions (id)
    ON DELETE SET NULL
    NOT VALID;

ALTER TABLE courses
  VALIDATE CONSTRAINT courses_quality_score_check,
  VALIDATE CONSTRAINT courses_academy_id_fkey,
  VALIDATE CONSTRAINT courses_department_id_academy_id_fkey,
  VALIDATE CONSTRAINT courses_current_version_id_fkey;

CREATE INDEX idx_courses_academy_id_workflow_state
  ON courses (academy_id, workflow_state);

CREATE INDEX idx_courses_department_id_academy_id
  ON courses (department_id, academy_id);

CREATE INDEX idx_courses_current_version_id
  ON courses (current_version_id);

CREATE INDEX idx_courses_academy_id_quality_score
  ON courses (academy_id, quality_score);

-- Two academies can both own the slug "intro".
ALTER TABLE courses
  DROP CONSTRAINT courses_slug_key,
  ADD CONSTRAINT courses_academy_id_slug_key
    UNIQUE (academy_id, slug);

COMMENT ON COLUMN courses.academy_id IS
  'The academy that owns the course; a slug is unique within it.';
COMMENT ON COLUMN courses.department_id IS
  'Optional department. The foreign key includes academy_id, so that the department belongs to the same academy.';
COMMENT ON COLUMN courses.workflow_state IS
  'A state of the active workflow of the academy for this kind of content; draft until a workflow says otherwise.';
COMMENT ON COLUMN courses.current_version_id IS
  'The version in use: a row of content_versions that names this course.';
COMMENT ON COLUMN courses.quality_score IS
  '0 to 100, computed by the validator; NULL until then.';
COMMENT ON COLUMN courses.last_validated_at IS
  'When the validator last ran; its findings are in validation_results.';
