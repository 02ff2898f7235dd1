-- What 20250601000001-permission-system grants to roles that are there, for those that the seed before this one made.
-- A role that has any permission has been seen to: what was taken from it does not come back.

INSERT INTO role_permissions (tenant_role_id, permission_id)
SELECT tenant_roles.id, permissions.id
FROM tenant_roles
JOIN permissions
  ON CASE tenant_roles.slug
    WHEN 'admin' THEN permissions.slug IN (
      'content:view', 'content:edit', 'content:create', 'content:delete', 'content:publish', 'content:review',
      'users:manage', 'users:view', 'roles:manage', 'settings:manage', 'analytics:view',
      'data:export', 'data:import', 'integrations:manage'
    )
    WHEN 'editor' THEN permissions.slug IN (
      'content:view', 'content:edit', 'content:create', 'content:publish', 'users:view', 'analytics:view'
    )
    WHEN 'viewer' THEN permissions.slug IN ('content:view', 'analytics:view')
  END
WHERE NOT EXISTS (
  SELECT FROM role_permissions AS granted
  WHERE granted.tenant_role_id = tenant_roles.id
)
ON CONFLICT (tenant_role_id, permission_id)
DO NOTHING;
