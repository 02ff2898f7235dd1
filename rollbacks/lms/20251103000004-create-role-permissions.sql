-- Rolls back 20251103000004-create-role-permissions: drops the table role_permissions with its rows.

DROP TABLE role_permissions;
