-- What the rows say: permissions, platforms, languages, and content that belongs where it is used.

-- @check N-4 the permissions of the plan
-- @expect 14
-- @since 20250601000001
SELECT count(*)
FROM permissions
WHERE slug IN (
  'content:view', 'content:edit', 'content:create', 'content:delete', 'content:publish', 'content:review',
  'users:manage', 'users:view', 'roles:manage', 'settings:manage', 'analytics:view',
  'data:export', 'data:import', 'integrations:manage'
);

-- @check N-4 no permission is there twice
-- @since 20250531000000
SELECT slug, count(*) AS permissions
FROM permissions
GROUP BY slug
HAVING count(*) > 1;

-- What a role has been granted beyond the plan is its platform's business.
-- @check N-2 every admin, editor and viewer has the 14, 6 and 2 permissions of the plan
-- @since 20250601000001
SELECT tenants.slug AS tenant, tenant_roles.slug AS role, permissions.slug AS lacks
FROM tenant_roles
JOIN tenants
  ON tenants.id = tenant_roles.tenant_id
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
  SELECT FROM role_permissions
  WHERE role_permissions.tenant_role_id = tenant_roles.id
    AND role_permissions.permission_id = permissions.id
);

-- @check N-2 every role may do something
-- @severity warning
-- @since 20250601000001
SELECT tenants.slug AS tenant, tenant_roles.slug AS role
FROM tenant_roles
JOIN tenants
  ON tenants.id = tenant_roles.tenant_id
WHERE NOT EXISTS (
  SELECT FROM role_permissions
  WHERE role_permissions.tenant_role_id = tenant_roles.id
);

-- The foreign key names a role, not whose it is. Such a role gives no rights, but whoever set it meant something.
-- @check the role of every member is one of the tenant
-- @since 20250531000000
SELECT tenant_users.id, tenant_users.tenant_id, tenant_roles.tenant_id AS tenant_of_role
FROM tenant_users
JOIN tenant_roles
  ON tenant_roles.id = tenant_users.tenant_role_id
WHERE tenant_roles.tenant_id <> tenant_users.tenant_id;

-- @check N-6a no placeholder in the settings or the branding of a tenant
-- @since 20250601000002
SELECT tenants.slug AS tenant, placeholder.text
FROM tenants
CROSS JOIN jsonb_path_query(
  jsonb_build_array(tenants.settings, tenants.branding),
  '$.** ? (@.type() == "string" && @ like_regex "\\[[a-z][a-z_-]*\\]")'
) AS placeholder (text);

-- #4285F4 is the color of tenants that the plan does not know. One that a platform chose itself is as good as the stated one.
-- @check the platforms of the plan have a primary color of their own
-- @since 20250601000002
SELECT slug AS tenant, branding #>> '{colors,primary}' AS color
FROM tenants
WHERE slug IN ('hub', 'ascenders', 'neothinkers', 'immortals')
  AND coalesce(branding #>> '{colors,primary}', '#4285F4') = '#4285F4';

-- @check the system content types of the plan
-- @expect 4
-- @since 20250603000001
SELECT count(*)
FROM content_types
WHERE is_system_type
  AND slug IN ('text-article', 'video-lesson', 'interactive-exercise', 'pdf-document');

-- @check the languages of the plan
-- @expect 5
-- @since 20250603000002
SELECT count(*)
FROM languages
WHERE code IN ('en', 'es', 'fr', 'de', 'zh');

-- @check N-30 one language is the default
-- @expect 1
-- @since 20250603000002
SELECT count(*)
FROM languages
WHERE is_default;

-- Row security goes by the slug: what has another platform is visible to nobody.
-- @check N-36 every platform is a tenant
-- @since 20250531000000
SELECT used.relation, used.id, used.platform
FROM (
  SELECT 'content_modules' AS relation, id, platform FROM content_modules
  UNION ALL
  SELECT 'resources', id, platform FROM resources
  UNION ALL
  SELECT 'activity_feed', id, platform FROM activity_feed
  UNION ALL
  SELECT 'analytics_summaries', id, platform FROM analytics_summaries WHERE platform <> 'all'
) AS used
WHERE NOT EXISTS (
  SELECT FROM tenants
  WHERE tenants.slug = used.platform
);

-- @check the type of every piece of content is a system type or one of its tenant
-- @since 20250603000001
SELECT used.relation, used.id, used.platform, content_types.slug AS type
FROM (
  SELECT 'content_modules' AS relation, id, platform, content_type_id FROM content_modules
  UNION ALL
  SELECT 'resources', id, platform, content_type_id FROM resources
  UNION ALL
  SELECT 'lessons', lessons.id, content_modules.platform, lessons.content_type_id
  FROM lessons
  JOIN content_modules
    ON content_modules.id = lessons.module_id
) AS used
JOIN content_types
  ON content_types.id = used.content_type_id
JOIN tenants AS owner
  ON owner.id = content_types.tenant_id
WHERE owner.slug <> used.platform;

-- The ids are of several kinds, so no foreign key can follow them; deleting content leaves what refers to it behind.
-- @check N-35 the content that is referred to exists
-- @severity warning
-- @since 20250605000001
SELECT used.relation, used.id, used.content_type, used.content_id
FROM (
  SELECT 'content_versions' AS relation, id, content_type, content_id FROM content_versions
  UNION ALL
  SELECT 'learning_progress', id, content_type, content_id FROM learning_progress
  UNION ALL
  SELECT 'content_translations', id, content_type, content_id FROM content_translations
  UNION ALL
  SELECT 'learning_group_content', id, content_type, content_id FROM learning_group_content
  UNION ALL
  SELECT 'content_engagement', id, content_type, content_id FROM content_engagement
) AS used
WHERE used.content_type IN ('module', 'lesson', 'resource', 'shared_content', 'assessment')
  AND NOT EXISTS (
    SELECT FROM content_modules
    WHERE used.content_type = 'module'
      AND content_modules.id = used.content_id
  )
  AND NOT EXISTS (
    SELECT FROM lessons
    WHERE used.content_type = 'lesson'
      AND lessons.id = used.content_id
  )
  AND NOT EXISTS (
    SELECT FROM resources
    WHERE used.content_type = 'resource'
      AND resources.id = used.content_id
  )
  AND NOT EXISTS (
    SELECT FROM shared_content
    WHERE used.content_type = 'shared_content'
      AND shared_content.id = used.content_id
  )
  AND NOT EXISTS (
    SELECT FROM assessments
    WHERE used.content_type = 'assessment'
      AND assessments.id = used.content_id
  );

-- @check N-24 everybody with an approved ward is a guardian
-- @since 20250602000002
SELECT profiles.id
FROM profiles
JOIN guardian_relationships
  ON guardian_relationships.guardian_id = profiles.id
 AND guardian_relationships.is_approved
WHERE NOT profiles.is_guardian;

-- @check N-25 every profile that is said to be complete is
-- @since 20250602000001
SELECT id
FROM profiles
WHERE profile_completed
  AND '' IN (
    coalesce(btrim(full_name), ''),
    coalesce(btrim(avatar_url), ''),
    coalesce(btrim(bio), ''),
    coalesce(btrim(display_name), '')
  );
