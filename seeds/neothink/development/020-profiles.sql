-- What the four tell about themselves. The first two profiles are complete, the last one is private.

INSERT INTO profiles (id, email, full_name, display_name, avatar_url, bio, timezone, profile_visibility)
SELECT
  users.id,
  users.email,
  people.full_name,
  people.display_name,
  people.avatar_url,
  people.bio,
  people.timezone,
  people.profile_visibility
FROM (VALUES
  ('ada@neothink.example', 'Ada Admin', 'Ada', 'https://assets.neothink.example/ada.png', 'Runs the platforms.', 'Europe/Berlin', 'public'),
  ('emil@neothink.example', 'Emil Editor', 'Emil', 'https://assets.neothink.example/emil.png', 'Writes most of it.', 'Europe/Paris', 'public'),
  ('vera@neothink.example', 'Vera Viewer', 'Vera', NULL, NULL, 'America/New_York', 'tenant'),
  ('willa@neothink.example', 'Willa Ward', NULL, NULL, NULL, NULL, 'private')
) AS people (email, full_name, display_name, avatar_url, bio, timezone, profile_visibility)
JOIN auth.users
  ON users.email = people.email
ON CONFLICT (id)
DO NOTHING;
