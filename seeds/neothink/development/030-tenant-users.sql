-- Ada is the admin of all four platforms; Emil edits two of them, Vera looks at one, and Willa at another.

INSERT INTO tenant_users (tenant_id, user_id, tenant_role_id)
SELECT tenants.id, profiles.id, tenant_roles.id
FROM (VALUES
  ('ada@neothink.example', 'hub', 'admin'),
  ('ada@neothink.example', 'ascenders', 'admin'),
  ('ada@neothink.example', 'neothinkers', 'admin'),
  ('ada@neothink.example', 'immortals', 'admin'),
  ('emil@neothink.example', 'hub', 'editor'),
  ('emil@neothink.example', 'ascenders', 'editor'),
  ('vera@neothink.example', 'hub', 'viewer'),
  ('willa@neothink.example', 'ascenders', 'viewer')
) AS members (email, tenant, role)
JOIN profiles
  ON profiles.email = members.email
JOIN tenants
  ON tenants.slug = members.tenant
JOIN tenant_roles
  ON tenant_roles.tenant_id = tenants.id
 AND tenant_roles.slug = members.role
ON CONFLICT (tenant_id, user_id)
DO NOTHING;
