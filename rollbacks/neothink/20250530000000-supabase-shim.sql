-- Drops what the shim made in this database, and nothing that was there before it. The roles stay: they belong to the
-- whole cluster.

DO $shim$
DECLARE
  made text[] := ARRAY(SELECT object FROM lms_db.supabase_shim);
BEGIN
  IF 'privileges' = ANY (made) THEN
    ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated, service_role;
    REVOKE USAGE ON SCHEMA public FROM anon, authenticated, service_role;
  END IF;

  IF 'function storage.foldername(text)' = ANY (made) THEN
    DROP FUNCTION storage.foldername(text);
  END IF;
  IF 'table storage.objects' = ANY (made) THEN
    DROP TABLE storage.objects;
  END IF;
  IF 'table storage.buckets' = ANY (made) THEN
    DROP TABLE storage.buckets;
  END IF;
  IF 'schema storage' = ANY (made) THEN
    DROP SCHEMA storage;
  END IF;

  IF 'function auth.role()' = ANY (made) THEN
    DROP FUNCTION auth.role();
  END IF;
  IF 'function auth.uid()' = ANY (made) THEN
    DROP FUNCTION auth.uid();
  END IF;
  IF 'function auth.jwt()' = ANY (made) THEN
    DROP FUNCTION auth.jwt();
  END IF;
  IF 'table auth.users' = ANY (made) THEN
    DROP TABLE auth.users;
  END IF;
  IF 'schema auth' = ANY (made) THEN
    DROP SCHEMA auth;
  END IF;
END
$shim$;

DROP TABLE lms_db.supabase_shim;
