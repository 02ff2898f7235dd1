-- The shape of the database after each migration: tables, enum types, foreign keys, indexes that belong to no constraint,
-- indexes in all, triggers, policies. Counted in current_schema() only: auth and storage are the platform's.

-- @check the counts after neothink-baseline
-- @expect (16, 0, 15, 7, 30, 9, 0)
-- @since 20250531000000
-- @until 20250601000002
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after security-enhancements
-- @expect (16, 0, 15, 7, 30, 9, 26)
-- @since 20250601000003
-- @until 20250601000003
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after enhanced-user-profiles
-- @expect (16, 0, 15, 7, 30, 10, 26)
-- @since 20250602000001
-- @until 20250602000001
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after guardian-relationships
-- @expect (17, 0, 17, 8, 33, 12, 29)
-- @since 20250602000002
-- @until 20250602000002
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after subscription-management
-- @expect (19, 0, 20, 11, 39, 13, 31)
-- @since 20250602000003
-- @until 20250602000003
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after content-types-system
-- @expect (20, 0, 24, 14, 44, 14, 33)
-- @since 20250603000001
-- @until 20250603000001
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after content-localization
-- @expect (22, 0, 26, 17, 51, 15, 37)
-- @since 20250603000002
-- @until 20250603000002
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after assessment-system
-- @expect (25, 0, 31, 21, 59, 18, 42)
-- @since 20250604000001
-- @until 20250604000001
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after learning-groups
-- @expect (28, 0, 38, 25, 69, 21, 48)
-- @since 20250604000002
-- @until 20250604000002
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after engagement-tracking
-- @expect (29, 0, 39, 28, 73, 21, 50)
-- @since 20250605000001
-- @until 20250605000001
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check the counts after database-optimization
-- @expect (29, 0, 39, 40, 85, 21, 50)
-- @since 20250605000002
SELECT
  (
    SELECT count(*)
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relkind IN ('r', 'p')
  ) AS tables,
  (
    SELECT count(*)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typtype = 'e'
  ) AS enums,
  (
    SELECT count(*)
    FROM pg_constraint
    WHERE connamespace = current_schema()::regnamespace
      AND contype = 'f'
  ) AS foreign_keys,
  (
    SELECT count(*)
    FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conindid = pg_index.indexrelid
          AND contype IN ('p', 'u', 'x')
      )
  ) AS explicit_indexes,
  (
    SELECT count(*)
    FROM pg_indexes
    WHERE schemaname = current_schema()
  ) AS indexes,
  (
    SELECT count(*)
    FROM pg_trigger
    JOIN pg_class
      ON pg_class.oid = pg_trigger.tgrelid
    WHERE pg_class.relnamespace = current_schema()::regnamespace
      AND NOT pg_trigger.tgisinternal
  ) AS triggers,
  (
    SELECT count(*)
    FROM pg_policies
    WHERE schemaname = current_schema()
  ) AS policies;

-- @check N-1 the tables that the plan presumes
-- @expect 16
-- @since 20250531000000
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind = 'r'
  AND relname IN (
    'tenants', 'tenant_roles', 'tenant_users', 'profiles', 'permissions', 'role_permissions', 'content_modules', 'lessons',
    'resources', 'shared_content', 'content_versions', 'learning_progress', 'activity_feed', 'social_interactions',
    'analytics_summaries', 'audit_logs'
  );

-- @check the tables of the plan
-- @expect 13
-- @since 20250605000001
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind = 'r'
  AND relname IN (
    'guardian_relationships', 'subscriptions', 'subscription_history', 'content_types', 'languages',
    'content_translations', 'assessments', 'assessment_questions', 'assessment_attempts', 'learning_groups',
    'learning_group_members', 'learning_group_content', 'content_engagement'
  );

-- @check the columns that the plan adds to profiles
-- @expect 12
-- @since 20250602000001
SELECT count(*)
FROM pg_attribute
WHERE attrelid = to_regclass('profiles')
  AND NOT attisdropped
  AND attname IN (
    'display_name', 'location', 'website', 'social_links', 'skills', 'interests', 'languages', 'timezone',
    'profile_completed', 'profile_visibility', 'profile_stats', 'last_seen_at'
  );

-- @check the functions, those of the API and those behind it
-- @expect (3, 8)
-- @since 20250605000002
SELECT
  (
    SELECT count(*)
    FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
      AND proname IN ('update_profile_completion', 'aggregate_daily_engagement', 'refresh_materialized_views')
  ) AS public,
  (
    SELECT count(*)
    FROM pg_proc
    WHERE pronamespace = to_regnamespace('app_private')
  ) AS private;

-- @check the indexes that the plan names
-- @expect 12
-- @since 20250605000002
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind = 'i'
  AND relname IN (
    'idx_profiles_email', 'idx_tenant_users_tenant_id', 'idx_tenant_users_user_id', 'idx_content_modules_platform',
    'idx_lessons_module_id', 'idx_content_versions_content_id', 'idx_learning_progress_user_id',
    'idx_learning_progress_content', 'idx_activity_feed_user_id', 'idx_activity_feed_platform',
    'idx_social_interactions_activity_id', 'idx_user_platform_access_user_id'
  );

-- @check the tables that autovacuum visits early
-- @expect 3
-- @since 20250605000002
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relname IN ('content_engagement', 'audit_logs', 'activity_feed')
  AND 'autovacuum_vacuum_scale_factor=0.05' = ANY (reloptions);
