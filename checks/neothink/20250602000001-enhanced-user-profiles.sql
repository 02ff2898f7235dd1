-- Guards of 20250602000001-enhanced-user-profiles: the profiles that were there have the values of new ones.

-- @check no profile is complete without a display name
SELECT id
FROM profiles
WHERE profile_completed
  AND display_name IS NULL;

-- @check every constraint of profiles has been validated
SELECT conname
FROM pg_constraint
WHERE conrelid = 'profiles'::regclass
  AND NOT convalidated;
