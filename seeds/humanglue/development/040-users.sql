-- The eight people in the application: an administrator of the platform, three of Alder Works, one of Birch & Sons, an
-- instructor and a co-instructor who stand alone, and somebody who has nothing to do with any of them.

INSERT INTO users (id, organization_id, team_id, email, full_name, job_title, role)
SELECT
  auth.users.id,
  organizations.id,
  teams.id,
  people.email,
  people.full_name,
  people.job_title,
  people.role::user_role
FROM (VALUES
  ('paula@humanglue.example', NULL, NULL, 'Paula Platform', 'Platform administrator', 'admin'),
  ('olaf@alder.example', 'alder-works', NULL, 'Olaf Owner', 'Head of people', 'org_admin'),
  ('lena@alder.example', 'alder-works', 'Operations', 'Lena Lead', 'Team lead', 'team_lead'),
  ('max@alder.example', 'alder-works', 'Operations', 'Max Member', 'Technician', 'member'),
  ('bea@birch.example', 'birch-and-sons', NULL, 'Bea Birch', 'Buyer', 'member'),
  ('ines@teaching.example', NULL, NULL, 'Ines Instructor', 'Instructor', 'member'),
  ('carl@teaching.example', NULL, NULL, 'Carl Colleague', 'Instructor', 'member'),
  ('uma@elsewhere.example', NULL, NULL, 'Uma Unrelated', NULL, 'member')
) AS people (email, organization, team, full_name, job_title, role)
JOIN auth.users
  ON auth.users.email = people.email
LEFT JOIN organizations
  ON organizations.slug = people.organization
LEFT JOIN teams
  ON teams.organization_id = organizations.id
 AND teams.name = people.team
ON CONFLICT (id)
DO UPDATE
SET
  organization_id = excluded.organization_id,
  team_id = excluded.team_id,
  full_name = excluded.full_name,
  job_title = excluded.job_title,
  role = excluded.role
WHERE (users.organization_id, users.team_id, users.full_name, users.job_title, users.role)
  IS DISTINCT FROM
  (excluded.organization_id, excluded.team_id, excluded.full_name, excluded.job_title, excluded.role);

UPDATE teams
SET lead_id = users.id
FROM users
WHERE users.email = 'lena@alder.example'
  AND teams.id = '00000000-0000-4000-8000-000200000001'
  AND teams.lead_id IS DISTINCT FROM users.id;
