-- Creates the function set_updated_at, which keeps updated_at true in every table that has one.

DO $$
BEGIN
  -- NULLS NOT DISTINCT and ON DELETE SET NULL (column) appeared in PostgreSQL 15; said here,
  -- where nothing has been created yet, and not by a syntax error some files later.
  IF current_setting('server_version_num')::INTEGER < 150000 THEN
    RAISE EXCEPTION 'the lms schema needs PostgreSQL 15 or later; this server is %',
      current_setting('server_version')
      USING ERRCODE = 'feature_not_supported';
  END IF;
END
$$;

-- It names nothing that search_path could redirect: every schema, and every tenant's schema,
-- has its own copy, and the copy works with an empty search_path.
CREATE FUNCTION set_updated_at()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  -- An UPDATE that changes nothing is no change.
  IF NEW IS DISTINCT FROM OLD THEN
    -- Not now(): two changes in one transaction are two moments.
    NEW.updated_at := pg_catalog.clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;

COMMENT ON FUNCTION set_updated_at() IS
  'Trigger function: sets updated_at when an UPDATE really changes the row.';
