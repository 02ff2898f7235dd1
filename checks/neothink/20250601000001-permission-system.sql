-- Guards of 20250601000001-permission-system: the fourteen permissions are there, and every role has its own.

-- @check the fourteen permissions are there
-- @expect 14
SELECT count(*)
FROM permissions
WHERE slug IN (
  'content:view', 'content:edit', 'content:create', 'content:delete', 'content:publish', 'content:review',
  'users:manage', 'users:view', 'roles:manage', 'settings:manage', 'analytics:view',
  'data:export', 'data:import', 'integrations:manage'
);

-- In the plan a database without roles got no grants, and the migration had succeeded.
-- @check every admin has 14 of them, every editor 6, every viewer 2
SELECT tenant_roles.id, tenant_roles.slug AS role, count(permissions.id) AS permissions
FROM tenant_roles
LEFT JOIN role_permissions
  ON role_permissions.tenant_role_id = tenant_roles.id
LEFT JOIN permissions
  ON permissions.id = role_permissions.permission_id
 AND permissions.slug IN (
   'content:view', 'content:edit', 'content:create', 'content:delete', 'content:publish', 'content:review',
   'users:manage', 'users:view', 'roles:manage', 'settings:manage', 'analytics:view',
   'data:export', 'data:import', 'integrations:manage'
 )
WHERE tenant_roles.slug IN ('admin', 'editor', 'viewer')
GROUP BY tenant_roles.id, tenant_roles.slug
HAVING count(permissions.id) < CASE tenant_roles.slug
  WHEN 'admin' THEN 14
  WHEN 'editor' THEN 6
  ELSE 2
END;
