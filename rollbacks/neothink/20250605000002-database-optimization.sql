-- Rolls back 20250605000002-database-optimization: drops its function, materialized view and indexes, and resets the
-- storage parameters. Nothing that is lost cannot be computed again.
-- @transaction off

DROP FUNCTION refresh_materialized_views();

DROP MATERIALIZED VIEW user_platform_access;

ALTER TABLE activity_feed
  RESET (autovacuum_vacuum_scale_factor);

ALTER TABLE audit_logs
  RESET (autovacuum_vacuum_scale_factor);

ALTER TABLE content_engagement
  RESET (autovacuum_vacuum_scale_factor);

DROP INDEX CONCURRENTLY idx_social_interactions_activity_id;

DROP INDEX CONCURRENTLY idx_activity_feed_platform;

DROP INDEX CONCURRENTLY idx_activity_feed_user_id;

DROP INDEX CONCURRENTLY idx_learning_progress_content;

DROP INDEX CONCURRENTLY idx_learning_progress_user_id;

DROP INDEX CONCURRENTLY idx_content_versions_content_id;

DROP INDEX CONCURRENTLY idx_lessons_module_id;

DROP INDEX CONCURRENTLY idx_content_modules_platform;

DROP INDEX CONCURRENTLY idx_tenant_users_user_id;

DROP INDEX CONCURRENTLY idx_tenant_users_tenant_id;

DROP INDEX CONCURRENTLY idx_profiles_email;
