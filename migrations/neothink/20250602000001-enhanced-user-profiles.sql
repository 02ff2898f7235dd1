-- Gives profiles twelve columns, and keeps profile_completed true.
-- @phase 2 of 5: User Experience
-- @risk medium profiles is locked while its checks are validated
-- @downtime none
-- @app-change the profile UI shows and edits the new columns
-- @requires 20250531000000 20250601000003
-- @allow validate-in-same-transaction one short pass over profiles, in which every row has the three defaults

ALTER TABLE profiles
  ADD COLUMN display_name TEXT,
  ADD COLUMN location TEXT,
  ADD COLUMN website TEXT,
  ADD COLUMN social_links JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN skills TEXT[],
  ADD COLUMN interests TEXT[],
  ADD COLUMN languages TEXT[],
  ADD COLUMN timezone TEXT,
  ADD COLUMN profile_completed BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN profile_visibility TEXT NOT NULL DEFAULT 'public',
  ADD COLUMN profile_stats JSONB NOT NULL DEFAULT '{}',
  ADD COLUMN last_seen_at TIMESTAMPTZ;

-- NOT VALID, then VALIDATE: one query over the table.
ALTER TABLE profiles
  ADD CONSTRAINT profiles_social_links_check
    CHECK (jsonb_typeof(social_links) = 'object')
    NOT VALID,
  ADD CONSTRAINT profiles_profile_visibility_check
    CHECK (profile_visibility IN ('public', 'tenant', 'private'))
    NOT VALID,
  ADD CONSTRAINT profiles_profile_stats_check
    CHECK (jsonb_typeof(profile_stats) = 'object')
    NOT VALID;

ALTER TABLE profiles
  VALIDATE CONSTRAINT profiles_social_links_check,
  VALIDATE CONSTRAINT profiles_profile_visibility_check,
  VALIDATE CONSTRAINT profiles_profile_stats_check;

-- The profiles that are there have no display_name yet, so none of them is complete.
CREATE FUNCTION update_profile_completion()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  -- An empty text says as little as none.
  NEW.profile_completed := coalesce(pg_catalog.btrim(NEW.full_name), '') <> ''
    AND coalesce(pg_catalog.btrim(NEW.avatar_url), '') <> ''
    AND coalesce(pg_catalog.btrim(NEW.bio), '') <> ''
    AND coalesce(pg_catalog.btrim(NEW.display_name), '') <> '';
  RETURN NEW;
END
$$;

REVOKE EXECUTE
  ON FUNCTION update_profile_completion()
  FROM PUBLIC, anon, authenticated;

COMMENT ON FUNCTION update_profile_completion() IS
  'Trigger function: a profile is complete with full_name, avatar_url, bio and display_name.';

CREATE TRIGGER check_profile_completion
  BEFORE INSERT OR UPDATE ON profiles
  FOR EACH ROW
  EXECUTE FUNCTION update_profile_completion();

-- Without profile_completed, profile_stats and last_seen_at: those are ours to write.
GRANT
    INSERT (display_name, location, website, social_links, skills, interests, languages, timezone, profile_visibility),
    UPDATE (display_name, location, website, social_links, skills, interests, languages, timezone, profile_visibility)
  ON profiles
  TO authenticated;

-- A private profile is private.
ALTER POLICY profiles_select
  ON profiles
  USING (
    id = (SELECT auth.uid())
    OR profile_visibility <> 'private'
    AND id IN (SELECT app_private.co_tenant_user_ids())
  );

COMMENT ON COLUMN profiles.social_links IS
  'Object: name of a network to address.';
COMMENT ON COLUMN profiles.skills IS
  'What the user can do, in his or her words.';
COMMENT ON COLUMN profiles.interests IS
  'What the user cares for, in his or her words.';
COMMENT ON COLUMN profiles.languages IS
  'Codes of the languages that the user speaks.';
COMMENT ON COLUMN profiles.timezone IS
  'A name of the time zone database: Europe/Berlin.';
COMMENT ON COLUMN profiles.profile_completed IS
  'Written by the trigger check_profile_completion.';
COMMENT ON COLUMN profiles.profile_visibility IS
  'private: only the user; tenant: the members of his or her tenants; public: the application may show it to everybody. No client reads the row of somebody with whom it shares no tenant.';
COMMENT ON COLUMN profiles.profile_stats IS
  'Object: numbers about the user, written by jobs.';
