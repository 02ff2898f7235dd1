-- Rolls back 000_baseline_rag_schema: drops the four tables with their rows, and match_documents() where there is one;
-- then the extension vector, if the migration created it and nothing else has come to use it.

DO $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
      AND proname = 'match_documents'
  ) THEN
    DROP FUNCTION match_documents;
  END IF;
END
$$;

DROP TABLE document_chunks;
DROP TABLE sections;
DROP TABLE projects;
DROP TABLE memoires;

DO $$
BEGIN
  IF to_regclass('lms_db.enpyco_000_created') IS NULL THEN
    RETURN;
  END IF;

  BEGIN
    DROP EXTENSION vector;
  EXCEPTION
    WHEN dependent_objects_still_exist THEN
      RAISE NOTICE 'the extension vector is kept: other objects use it by now';
  END;

  DROP TABLE lms_db.enpyco_000_created;
END
$$;
