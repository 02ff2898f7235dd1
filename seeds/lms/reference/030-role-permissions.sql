-- What the global roles may do: admin everything, instructor all but deleting and the settings, student reading.

INSERT INTO role_permissions (role_id, permission_id)
SELECT roles.id, permissions.id
FROM roles
JOIN permissions
  ON CASE roles.name
    WHEN 'admin' THEN TRUE
    WHEN 'instructor' THEN permissions.action <> 'delete' AND permissions.name <> 'settings.manage'
    WHEN 'student' THEN permissions.action = 'read'
  END
WHERE roles.name IN ('admin', 'instructor', 'student')
  AND permissions.is_system
ORDER BY roles.name, permissions.name
ON CONFLICT (role_id, permission_id, academy_id)
DO NOTHING;
