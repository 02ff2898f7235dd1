-- Each of the four platforms has an admin, an editor and a viewer.

INSERT INTO tenant_roles (tenant_id, name, slug)
SELECT tenants.id, roles.name, roles.slug
FROM tenants
CROSS JOIN (VALUES
  ('Administrator', 'admin'),
  ('Editor', 'editor'),
  ('Viewer', 'viewer')
) AS roles (name, slug)
WHERE tenants.slug IN ('hub', 'ascenders', 'neothinkers', 'immortals')
ON CONFLICT (tenant_id, slug)
DO NOTHING;
