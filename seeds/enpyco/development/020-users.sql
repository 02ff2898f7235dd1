-- Three users of the demo company, one for each role. The hashes are bcrypt of "password123", for development only.

INSERT INTO users (id, company_id, email, password_hash, full_name, role)
SELECT people.id, companies.id, people.email, people.password_hash, people.full_name, people.role
FROM (VALUES
  ('00000000-0000-4000-8000-002000000001'::UUID, 'admin@enpyco.com', '$2a$10$5emnYHEFFFHDWFSuKFgrde8jyt0Xdkn0y2w5tBgLWjicDvTCnb2VW', 'Ada Admin', 'admin'::user_role_enum),
  ('00000000-0000-4000-8000-002000000002'::UUID, 'user@enpyco.com', '$2a$10$ethyVHH14mlpK7FTGrp.e.MDUT2na3ALSz9sZ0UafV46MWp3xok9.', 'Ugo User', 'user'),
  ('00000000-0000-4000-8000-002000000003'::UUID, 'viewer@enpyco.com', '$2a$10$a658EiWUXrhWT9UqzjYlTei5jeODRPFqsuSKyG3ynKl2NOEl/.0Ju', 'Vera Viewer', 'viewer')
) AS people (id, email, password_hash, full_name, role)
JOIN companies
  ON companies.id = '00000000-0000-4000-8000-001000000001'
ORDER BY people.id
ON CONFLICT (id)
DO UPDATE
SET
  company_id = excluded.company_id,
  email = excluded.email,
  password_hash = excluded.password_hash,
  full_name = excluded.full_name,
  role = excluded.role
WHERE (users.company_id, users.email, users.password_hash, users.full_name, users.role)
  IS DISTINCT FROM
  (excluded.company_id, excluded.email, excluded.password_hash, excluded.full_name, excluded.role);
