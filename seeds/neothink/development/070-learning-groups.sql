-- One group of the hub: Emil leads it, Vera is in it, and they work through the module of the hub.

INSERT INTO learning_groups (id, tenant_id, name, join_code, facilitator_id)
SELECT '00000000-0000-4000-8000-000600000001', tenants.id, 'Newcomers', 'WELCOME', profiles.id
FROM tenants
JOIN profiles
  ON profiles.email = 'emil@neothink.example'
WHERE tenants.slug = 'hub'
ON CONFLICT (id)
DO NOTHING;

INSERT INTO learning_group_members (group_id, user_id, role)
SELECT learning_groups.id, profiles.id, members.role
FROM learning_groups
JOIN (VALUES
  ('emil@neothink.example', 'facilitator'),
  ('vera@neothink.example', 'member')
) AS members (email, role)
  ON TRUE
JOIN profiles
  ON profiles.email = members.email
WHERE learning_groups.id = '00000000-0000-4000-8000-000600000001'
ON CONFLICT (group_id, user_id)
DO NOTHING;

INSERT INTO learning_group_content (group_id, content_type, content_id, assigned_by)
SELECT learning_groups.id, 'module', content_modules.id, learning_groups.facilitator_id
FROM learning_groups
JOIN content_modules
  ON content_modules.id = '00000000-0000-4000-8000-000200000001'
WHERE learning_groups.id = '00000000-0000-4000-8000-000600000001'
ON CONFLICT (group_id, content_type, content_id)
DO NOTHING;
