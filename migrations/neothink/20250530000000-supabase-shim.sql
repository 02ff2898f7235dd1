-- What a Supabase project has and plain PostgreSQL lacks: the API's roles, and the schemas auth and storage.
-- Each object is looked up in the catalog. What exists is left alone, as on a real Supabase project, whose owner may not
-- even touch these schemas; what is missing is made, and written down in lms_db.supabase_shim for the rollback.
-- The same text stands in every project that needs it.
-- @risk low only what is missing is made
-- @downtime none
-- @allow rls-enabled-no-policy as on Supabase: until a project adds its policies, nobody gets at an object

CREATE TABLE lms_db.supabase_shim (
  object text NOT NULL,
  CONSTRAINT supabase_shim_pkey PRIMARY KEY (object)
);

COMMENT ON TABLE lms_db.supabase_shim IS 'What the Supabase shim made in this database; its rollback drops only that';

-- Roles belong to the whole cluster: other databases may use them, so the rollback leaves them.
DO $roles$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY['anon', 'authenticated', 'service_role'] LOOP
    CONTINUE WHEN EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted);
    BEGIN
      EXECUTE format('CREATE ROLE %I NOLOGIN %s', wanted, CASE wanted WHEN 'service_role' THEN 'BYPASSRLS' ELSE '' END);
    EXCEPTION
      -- Another database of the cluster made it at the same moment.
      WHEN duplicate_object OR unique_violation THEN NULL;
    END;
  END LOOP;
END
$roles$;

DO $auth$
BEGIN
  IF to_regnamespace('auth') IS NULL THEN
    CREATE SCHEMA auth;
    COMMENT ON SCHEMA auth IS 'Stands in for Supabase Auth';
    GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role;
    INSERT INTO lms_db.supabase_shim (object) VALUES ('schema auth');
  END IF;

  IF to_regclass('auth.users') IS NULL THEN
    CREATE TABLE auth.users (
      id uuid NOT NULL DEFAULT gen_random_uuid(),
      email text,
      raw_user_meta_data jsonb,
      CONSTRAINT users_pkey PRIMARY KEY (id)
    );
    COMMENT ON TABLE auth.users IS 'Stands in for the users of Supabase Auth';
    GRANT ALL ON auth.users TO service_role;
    INSERT INTO lms_db.supabase_shim (object) VALUES ('table auth.users');
  END IF;

  IF to_regprocedure('auth.jwt()') IS NULL THEN
    CREATE FUNCTION auth.jwt() RETURNS jsonb
    LANGUAGE sql
    STABLE
    AS $body$
      SELECT coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
      )::jsonb
    $body$;
    COMMENT ON FUNCTION auth.jwt() IS 'The claims of the request, or NULL';
    INSERT INTO lms_db.supabase_shim (object) VALUES ('function auth.jwt()');
  END IF;

  IF to_regprocedure('auth.uid()') IS NULL THEN
    CREATE FUNCTION auth.uid() RETURNS uuid
    LANGUAGE sql
    STABLE
    AS $body$
      SELECT coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub'
      )::uuid
    $body$;
    COMMENT ON FUNCTION auth.uid() IS 'The user of the request, or NULL';
    INSERT INTO lms_db.supabase_shim (object) VALUES ('function auth.uid()');
  END IF;

  IF to_regprocedure('auth.role()') IS NULL THEN
    CREATE FUNCTION auth.role() RETURNS text
    LANGUAGE sql
    STABLE
    AS $body$
      SELECT coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role'
      )
    $body$;
    COMMENT ON FUNCTION auth.role() IS 'The role of the request, or NULL';
    INSERT INTO lms_db.supabase_shim (object) VALUES ('function auth.role()');
  END IF;
END
$auth$;

DO $storage$
BEGIN
  IF to_regnamespace('storage') IS NULL THEN
    CREATE SCHEMA storage;
    COMMENT ON SCHEMA storage IS 'Stands in for Supabase Storage';
    GRANT USAGE ON SCHEMA storage TO anon, authenticated, service_role;
    INSERT INTO lms_db.supabase_shim (object) VALUES ('schema storage');
  END IF;

  IF to_regclass('storage.buckets') IS NULL THEN
    CREATE TABLE storage.buckets (
      id text NOT NULL,
      name text NOT NULL,
      public boolean NOT NULL DEFAULT false,
      CONSTRAINT buckets_pkey PRIMARY KEY (id),
      CONSTRAINT buckets_name_key UNIQUE (name)
    );
    COMMENT ON TABLE storage.buckets IS 'Stands in for the buckets of Supabase Storage';
    GRANT SELECT ON storage.buckets TO anon, authenticated;
    GRANT ALL ON storage.buckets TO service_role;
    INSERT INTO lms_db.supabase_shim (object) VALUES ('table storage.buckets');
  END IF;

  IF to_regclass('storage.objects') IS NULL THEN
    CREATE TABLE storage.objects (
      id uuid NOT NULL DEFAULT gen_random_uuid(),
      bucket_id text NOT NULL,
      name text NOT NULL,
      owner uuid,
      CONSTRAINT objects_pkey PRIMARY KEY (id),
      CONSTRAINT objects_bucket_id_name_key UNIQUE (bucket_id, name),
      CONSTRAINT objects_bucket_id_fkey FOREIGN KEY (bucket_id) REFERENCES storage.buckets (id) ON DELETE RESTRICT
    );
    COMMENT ON TABLE storage.objects IS 'Stands in for the objects of Supabase Storage; row security decides who sees which';
    ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
    GRANT SELECT, INSERT, UPDATE, DELETE ON storage.objects TO anon, authenticated;
    GRANT ALL ON storage.objects TO service_role;
    INSERT INTO lms_db.supabase_shim (object) VALUES ('table storage.objects');
  END IF;

  IF to_regprocedure('storage.foldername(text)') IS NULL THEN
    CREATE FUNCTION storage.foldername(name text) RETURNS text[]
    LANGUAGE sql
    IMMUTABLE
    AS $body$
      SELECT (string_to_array(name, '/'))[1 : cardinality(string_to_array(name, '/')) - 1]
    $body$;
    COMMENT ON FUNCTION storage.foldername(text) IS 'The folders of an object''s name: {a,b} for a/b/c.png';
    INSERT INTO lms_db.supabase_shim (object) VALUES ('function storage.foldername(text)');
  END IF;
END
$storage$;

-- The platform grants the API's roles everything on new tables of public, so that only row security and column
-- privileges protect them. Without the same here, a missing protection would not show before production.
DO $privileges$
BEGIN
  IF EXISTS (SELECT FROM lms_db.supabase_shim WHERE object = 'schema auth') THEN
    GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON TABLES TO anon, authenticated, service_role;
    INSERT INTO lms_db.supabase_shim (object) VALUES ('privileges');
  END IF;
END
$privileges$;
