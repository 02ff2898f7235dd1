-- Rolls back 20250531000000-neothink-baseline: drops the sixteen tables with their rows, then set_updated_at and app_private.

DROP TABLE audit_logs;
DROP TABLE analytics_summaries;
DROP TABLE social_interactions;
DROP TABLE activity_feed;
DROP TABLE learning_progress;
DROP TABLE content_versions;
DROP TABLE shared_content;
DROP TABLE resources;
DROP TABLE lessons;
DROP TABLE content_modules;
DROP TABLE role_permissions;
DROP TABLE permissions;
DROP TABLE tenant_users;
DROP TABLE profiles;
DROP TABLE tenant_roles;
DROP TABLE tenants;

DROP FUNCTION app_private.set_updated_at();

DROP SCHEMA app_private;
