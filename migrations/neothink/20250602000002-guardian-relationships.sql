-- Creates the table guardian_relationships: who is the guardian of whom, asked for by the guardian and approved by us.
-- @phase 2 of 5: User Experience
-- @risk medium creates an empty table; profiles is locked against writes for a moment
-- @downtime none
-- @app-change the guardian UI asks for a relationship; a job with service_role approves it
-- @requires 20250601000003 20250602000001

-- The flags that were set by other means stay when this is rolled back.
CREATE TABLE lms_db.neothink_20250602000002_guardians (
  profile_id UUID NOT NULL,
  CONSTRAINT neothink_20250602000002_guardians_pkey
    PRIMARY KEY (profile_id)
);

COMMENT ON TABLE lms_db.neothink_20250602000002_guardians IS
  'The profiles that were guardians before 20250602000002-guardian-relationships; its rollback takes the flag from others.';

INSERT INTO lms_db.neothink_20250602000002_guardians (profile_id)
SELECT id
FROM profiles
WHERE is_guardian;

CREATE TABLE guardian_relationships (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  guardian_id UUID NOT NULL,
  ward_id UUID NOT NULL,
  relationship_type TEXT NOT NULL,
  is_approved BOOLEAN NOT NULL DEFAULT FALSE,
  approval_date TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT guardian_relationships_pkey
    PRIMARY KEY (id),
  CONSTRAINT guardian_relationships_guardian_id_ward_id_key
    UNIQUE (guardian_id, ward_id),
  CONSTRAINT guardian_relationships_guardian_id_fkey
    FOREIGN KEY (guardian_id)
    REFERENCES profiles (id)
    ON DELETE CASCADE,
  CONSTRAINT guardian_relationships_ward_id_fkey
    FOREIGN KEY (ward_id)
    REFERENCES profiles (id)
    ON DELETE CASCADE,
  CONSTRAINT guardian_relationships_distinct_people_check
    CHECK (guardian_id <> ward_id),
  CONSTRAINT guardian_relationships_approval_check
    CHECK (is_approved = (approval_date IS NOT NULL))
);

CREATE INDEX idx_guardian_relationships_ward_id
  ON guardian_relationships (ward_id);

CREATE TRIGGER guardian_relationships_set_updated_at
  BEFORE UPDATE ON guardian_relationships
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE guardian_relationships IS
  'Who is the guardian of whom.';
COMMENT ON COLUMN guardian_relationships.is_approved IS
  'Set by service_role, never by a client; with approval_date.';

-- As the owner: no client may write is_guardian.
CREATE FUNCTION app_private.sync_guardian_flag()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  touched UUID;
BEGIN
  -- In one order, so that two transactions cannot wait for each other. A request that nobody approved touches nobody.
  FOR touched IN
    SELECT DISTINCT row_of.guardian_id
    FROM (
      VALUES
        (CASE WHEN TG_OP <> 'INSERT' AND OLD.is_approved THEN OLD.guardian_id END),
        (CASE WHEN TG_OP <> 'DELETE' AND NEW.is_approved THEN NEW.guardian_id END)
    ) AS row_of (guardian_id)
    WHERE row_of.guardian_id IS NOT NULL
    ORDER BY row_of.guardian_id
  LOOP
    -- The UPDATE below sees what another transaction approved or ended while this one waited here.
    PERFORM
    FROM public.profiles
    WHERE id = touched
    FOR NO KEY UPDATE;

    UPDATE public.profiles
    SET is_guardian = NOT is_guardian
    WHERE id = touched
      AND is_guardian IS DISTINCT FROM EXISTS (
        SELECT FROM public.guardian_relationships
        WHERE guardian_id = touched
          AND is_approved
      );
  END LOOP;
  RETURN NULL;
END
$$;

REVOKE EXECUTE
  ON FUNCTION app_private.sync_guardian_flag()
  FROM PUBLIC;

COMMENT ON FUNCTION app_private.sync_guardian_flag() IS
  'Trigger function: profiles.is_guardian says whether there is an approved relationship.';

CREATE TRIGGER guardian_relationships_sync_guardian_flag
  AFTER INSERT OR UPDATE OR DELETE ON guardian_relationships
  FOR EACH ROW
  EXECUTE FUNCTION app_private.sync_guardian_flag();

ALTER TABLE guardian_relationships ENABLE ROW LEVEL SECURITY;

REVOKE ALL
  ON guardian_relationships
  FROM anon, authenticated;

GRANT
    SELECT,
    INSERT (guardian_id, ward_id, relationship_type),
    DELETE
  ON guardian_relationships
  TO authenticated;

CREATE POLICY guardian_relationships_select
  ON guardian_relationships
  FOR SELECT
  TO authenticated
  USING (guardian_id = (SELECT auth.uid()) OR ward_id = (SELECT auth.uid()));

CREATE POLICY guardian_relationships_insert
  ON guardian_relationships
  FOR INSERT
  TO authenticated
  WITH CHECK (guardian_id = (SELECT auth.uid()) AND NOT is_approved);

CREATE POLICY guardian_relationships_delete
  ON guardian_relationships
  FOR DELETE
  TO authenticated
  USING (
    (guardian_id = (SELECT auth.uid()) OR ward_id = (SELECT auth.uid()))
    AND NOT is_approved
  );
