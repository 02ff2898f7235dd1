-- What 20250601000002-tenant-configuration fills in for tenants that are there, for those that the first seed made: only
-- where nothing has been set. Before that migration the columns have no default, and this does nothing.

UPDATE tenants
SET settings = '{
  "features": {
    "contentSharing": true,
    "userProfiles": true,
    "achievements": true,
    "analytics": true,
    "notifications": true
  },
  "limits": {
    "storageGB": 50,
    "maxUsers": 10000,
    "maxContentItems": 5000
  },
  "security": {
    "mfa": false,
    "ssoEnabled": false,
    "passwordPolicy": "medium"
  }
}'
WHERE settings = '{}'
  AND slug IN ('hub', 'ascenders', 'neothinkers', 'immortals');

UPDATE tenants
SET branding = jsonb_build_object(
  'logo', jsonb_build_object(
    'full', 'https://assets.neothink.io/' || slug || '/logo-full.png',
    'icon', 'https://assets.neothink.io/' || slug || '/logo-icon.png'
  ),
  'colors', jsonb_build_object(
    'primary', CASE slug
      WHEN 'hub' THEN '#1A73E8'
      WHEN 'ascenders' THEN '#FF5722'
      WHEN 'neothinkers' THEN '#009688'
      WHEN 'immortals' THEN '#673AB7'
    END,
    'secondary', '#34A853',
    'accent', '#FBBC05',
    'background', '#FFFFFF',
    'text', '#202124'
  ),
  'fonts', jsonb_build_object(
    'heading', 'Montserrat',
    'body', 'Roboto'
  )
)
WHERE branding = '{}'
  AND slug IN ('hub', 'ascenders', 'neothinkers', 'immortals');
