-- Rolls back 20251103000014-alter-courses-table: drops the six columns with what was entered in them since.
-- Refuses if two academies own the same slug, which was globally unique before. Which academy owned
-- which course is lost; the default academy goes if the migration created it and nobody has used it.
-- @allow explicit-lock-table nobody may add a course between the look for double slugs and the unique constraint
-- @allow add-unique-builds-index the slug was unique before, and is again from here on
-- @allow backfill-in-ddl-transaction the default academy goes only with the columns that refer to it

LOCK TABLE courses
  IN ACCESS EXCLUSIVE MODE;

DO $$
DECLARE
  colliding TEXT;
BEGIN
  -- The first twenty are enough to know what to look for.
  SELECT string_agg(format('%s (%s courses)', slug, courses), ', ' ORDER BY slug)
  INTO colliding
  FROM (
    SELECT slug, count(*) AS courses
    FROM courses
    GROUP BY slug
    HAVING count(*) > 1
    ORDER BY slug
    LIMIT 20
  ) AS repeated;

  IF colliding IS NOT NULL THEN
    RAISE EXCEPTION 'courses.slug cannot be unique again; more than one academy owns: %', colliding
      USING
        ERRCODE = 'unique_violation',
        HINT = 'Rename the slug of all but one course of each, then roll back again.';
  END IF;
END
$$;

ALTER TABLE courses
  DROP CONSTRAINT courses_academy_id_slug_key,
  ADD CONSTRAINT courses_slug_key
    UNIQUE (slug);

DROP INDEX idx_courses_academy_id_quality_score;
DROP INDEX idx_courses_current_version_id;
DROP INDEX idx_courses_department_id_academy_id;
DROP INDEX idx_courses_academy_id_workflow_state;

ALTER TABLE courses
  DROP CONSTRAINT courses_current_version_id_fkey,
  DROP CONSTRAINT courses_department_id_academy_id_fkey,
  DROP CONSTRAINT courses_academy_id_fkey,
  DROP CONSTRAINT courses_quality_score_check;

ALTER TABLE courses
  DROP COLUMN last_validated_at,
  DROP COLUMN quality_score,
  DROP COLUMN current_version_id,
  DROP COLUMN workflow_state,
  DROP COLUMN department_id,
  DROP COLUMN academy_id;

-- The lock keeps new references away between the question and the DELETE; without the question
-- the DELETE would cascade into six of the ten tables that refer to academies.
DO $$
DECLARE
  created CONSTANT UUID := '00000000-0000-4000-8000-202511030014';
BEGIN
  PERFORM
  FROM academies
  WHERE id = created
  FOR UPDATE;

  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- Edited since, it holds what people entered: its updated_at has moved, and it stays.
  DELETE FROM academies
  WHERE id = created
    AND updated_at = created_at
    AND NOT EXISTS (SELECT FROM academy_settings WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM academy_memberships WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM departments WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM role_permissions WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM content_versions WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM content_workflows WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM content_packages WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM content_imports WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM assets WHERE academy_id = created)
    AND NOT EXISTS (SELECT FROM validation_rules WHERE academy_id = created);

  IF NOT FOUND THEN
    RAISE NOTICE 'the default academy % is kept: it has been edited or is in use', created;
  END IF;
END
$$;
