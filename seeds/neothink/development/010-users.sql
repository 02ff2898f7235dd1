-- Four users, where auth.users is that of the shim. On Supabase the Auth API makes users: give it these addresses, and the
-- seeds after this one find them.

INSERT INTO auth.users (id, email)
SELECT people.id, people.email
FROM (VALUES
  ('00000000-0000-4000-8000-000100000001'::UUID, 'ada@neothink.example'),
  ('00000000-0000-4000-8000-000100000002'::UUID, 'emil@neothink.example'),
  ('00000000-0000-4000-8000-000100000003'::UUID, 'vera@neothink.example'),
  ('00000000-0000-4000-8000-000100000004'::UUID, 'willa@neothink.example')
) AS people (id, email)
WHERE EXISTS (
  SELECT FROM lms_db.supabase_shim
  WHERE object = 'table auth.users'
)
ON CONFLICT (id)
DO NOTHING;
