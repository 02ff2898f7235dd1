-- Rolls back 20250602000001-enhanced-user-profiles: drops the twelve columns with what was entered in them since.

ALTER POLICY profiles_select
  ON profiles
  USING (
    id = (SELECT auth.uid())
    OR id IN (SELECT app_private.co_tenant_user_ids())
  );

DROP TRIGGER check_profile_completion ON profiles;

DROP FUNCTION update_profile_completion();

ALTER TABLE profiles
  DROP CONSTRAINT profiles_profile_stats_check,
  DROP CONSTRAINT profiles_profile_visibility_check,
  DROP CONSTRAINT profiles_social_links_check;

ALTER TABLE profiles
  DROP COLUMN last_seen_at,
  DROP COLUMN profile_stats,
  DROP COLUMN profile_visibility,
  DROP COLUMN profile_completed,
  DROP COLUMN timezone,
  DROP COLUMN languages,
  DROP COLUMN interests,
  DROP COLUMN skills,
  DROP COLUMN social_links,
  DROP COLUMN website,
  DROP COLUMN location,
  DROP COLUMN display_name;
