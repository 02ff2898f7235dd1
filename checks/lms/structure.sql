-- The shape of the database: K-1 to K-4. Every query can be pasted into psql; each counts in current_schema() only,
-- so that it is true for one academy's schema too.
-- K-15 (as many rows before as after, in every table that was there) compares two moments, which no query can:
-- the tests of the migrations prove it (test/database/lms-evolution.test.ts).

-- @check K-1 tables on the way to the baseline
-- @expect between 0 and 27
-- @until 20251102010013
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT relispartition;

-- @check K-1 tables of the baseline
-- @expect 28
-- @since 20251102010014
-- @until 20251102010014
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT relispartition;

-- @check K-1 tables on the way to the evolution
-- @expect between 29 and 41
-- @since 20251103000000
-- @until 20251103000012
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT relispartition;

-- @check K-1 tables
-- @expect 42
-- @since 20251103000013
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND NOT relispartition;

-- @check K-2 enum types on the way to the baseline
-- @expect between 0 and 12
-- @until 20251102010013
SELECT count(*)
FROM pg_type
WHERE typnamespace = current_schema()::regnamespace
  AND typtype = 'e';

-- @check K-2 enum types of the baseline
-- @expect 12
-- @since 20251102010014
-- @until 20251102010014
SELECT count(*)
FROM pg_type
WHERE typnamespace = current_schema()::regnamespace
  AND typtype = 'e';

-- @check K-2 enum types on the way to the evolution
-- @expect between 13 and 25
-- @since 20251103000000
-- @until 20251103000017
SELECT count(*)
FROM pg_type
WHERE typnamespace = current_schema()::regnamespace
  AND typtype = 'e';

-- @check K-2 enum types
-- @expect 26
-- @since 20251103000018
SELECT count(*)
FROM pg_type
WHERE typnamespace = current_schema()::regnamespace
  AND typtype = 'e';

-- @check K-3 indexes of the 14 new tables, beside those of their constraints
-- @expect 50
-- @since 20251103000013
SELECT count(*)
FROM pg_index
JOIN pg_class AS tables
  ON tables.oid = pg_index.indrelid
WHERE tables.relnamespace = current_schema()::regnamespace
  AND tables.relname IN (
    'academy_settings', 'academy_memberships', 'departments', 'permissions', 'role_permissions',
    'content_versions', 'content_workflows', 'content_approvals', 'content_packages', 'content_imports',
    'assets', 'asset_usage', 'validation_rules', 'validation_results'
  )
  AND NOT EXISTS (
    SELECT FROM pg_constraint
    WHERE conindid = pg_index.indexrelid
      AND contype IN ('p', 'u', 'x')
  );

-- @check K-3 indexes over the columns added to the five altered tables
-- @expect 18
-- @since 20251103000018
SELECT count(*)
FROM pg_index
JOIN pg_class AS tables
  ON tables.oid = pg_index.indrelid
WHERE tables.relnamespace = current_schema()::regnamespace
  AND EXISTS (
    SELECT FROM pg_attribute
    WHERE attrelid = tables.oid
      AND attnum = ANY (pg_index.indkey::int2[])
      AND CASE
        WHEN tables.relname IN ('courses', 'modules', 'lessons', 'quizzes') THEN attname IN (
          'academy_id', 'department_id', 'workflow_state', 'current_version_id', 'quality_score',
          'last_validated_at'
        )
        WHEN tables.relname = 'users' THEN attname IN (
          'profile_data', 'preferences', 'status', 'last_activity_at', 'metadata'
        )
      END
  )
  AND NOT EXISTS (
    SELECT FROM pg_constraint
    WHERE conindid = pg_index.indexrelid
      AND contype IN ('p', 'u', 'x')
  );

-- @check K-4 foreign keys of the evolution to academies
-- @expect 14
-- @since 20251103000017
SELECT count(*)
FROM pg_constraint
JOIN pg_class AS tables
  ON tables.oid = pg_constraint.conrelid
WHERE pg_constraint.contype = 'f'
  AND pg_constraint.conparentid = 0
  AND tables.relnamespace = current_schema()::regnamespace
  AND (
    tables.relname IN (
      'academy_settings', 'academy_memberships', 'departments', 'permissions', 'role_permissions',
      'content_versions', 'content_workflows', 'content_approvals', 'content_packages', 'content_imports',
      'assets', 'asset_usage', 'validation_rules', 'validation_results'
    )
    OR tables.relname IN ('courses', 'modules', 'lessons', 'quizzes')
    AND EXISTS (
      SELECT FROM pg_attribute
      WHERE attrelid = tables.oid
        AND attnum = ANY (pg_constraint.conkey)
        AND attname IN ('academy_id', 'department_id', 'current_version_id')
    )
  )
  AND pg_constraint.confrelid = to_regclass('academies');

-- @check K-4 foreign keys of the evolution to users
-- @expect 8
-- @since 20251103000017
SELECT count(*)
FROM pg_constraint
JOIN pg_class AS tables
  ON tables.oid = pg_constraint.conrelid
WHERE pg_constraint.contype = 'f'
  AND pg_constraint.conparentid = 0
  AND tables.relnamespace = current_schema()::regnamespace
  AND (
    tables.relname IN (
      'academy_settings', 'academy_memberships', 'departments', 'permissions', 'role_permissions',
      'content_versions', 'content_workflows', 'content_approvals', 'content_packages', 'content_imports',
      'assets', 'asset_usage', 'validation_rules', 'validation_results'
    )
    OR tables.relname IN ('courses', 'modules', 'lessons', 'quizzes')
    AND EXISTS (
      SELECT FROM pg_attribute
      WHERE attrelid = tables.oid
        AND attnum = ANY (pg_constraint.conkey)
        AND attname IN ('academy_id', 'department_id', 'current_version_id')
    )
  )
  AND pg_constraint.confrelid = to_regclass('users');

-- @check K-4 foreign keys of the evolution to content_versions
-- @expect 5
-- @since 20251103000017
SELECT count(*)
FROM pg_constraint
JOIN pg_class AS tables
  ON tables.oid = pg_constraint.conrelid
WHERE pg_constraint.contype = 'f'
  AND pg_constraint.conparentid = 0
  AND tables.relnamespace = current_schema()::regnamespace
  AND (
    tables.relname IN (
      'academy_settings', 'academy_memberships', 'departments', 'permissions', 'role_permissions',
      'content_versions', 'content_workflows', 'content_approvals', 'content_packages', 'content_imports',
      'assets', 'asset_usage', 'validation_rules', 'validation_results'
    )
    OR tables.relname IN ('courses', 'modules', 'lessons', 'quizzes')
    AND EXISTS (
      SELECT FROM pg_attribute
      WHERE attrelid = tables.oid
        AND attnum = ANY (pg_constraint.conkey)
        AND attname IN ('academy_id', 'department_id', 'current_version_id')
    )
  )
  AND pg_constraint.confrelid = to_regclass('content_versions');

-- @check K-4 foreign keys of the evolution to departments
-- @expect >= 4
-- @since 20251103000017
SELECT count(*)
FROM pg_constraint
JOIN pg_class AS tables
  ON tables.oid = pg_constraint.conrelid
WHERE pg_constraint.contype = 'f'
  AND pg_constraint.conparentid = 0
  AND tables.relnamespace = current_schema()::regnamespace
  AND (
    tables.relname IN (
      'academy_settings', 'academy_memberships', 'departments', 'permissions', 'role_permissions',
      'content_versions', 'content_workflows', 'content_approvals', 'content_packages', 'content_imports',
      'assets', 'asset_usage', 'validation_rules', 'validation_results'
    )
    OR tables.relname IN ('courses', 'modules', 'lessons', 'quizzes')
    AND EXISTS (
      SELECT FROM pg_attribute
      WHERE attrelid = tables.oid
        AND attnum = ANY (pg_constraint.conkey)
        AND attname IN ('academy_id', 'department_id', 'current_version_id')
    )
  )
  AND pg_constraint.confrelid = to_regclass('departments');

-- @check K-4 foreign keys of the evolution to other tables
-- @expect >= 4
-- @since 20251103000017
SELECT count(*)
FROM pg_constraint
JOIN pg_class AS tables
  ON tables.oid = pg_constraint.conrelid
WHERE pg_constraint.contype = 'f'
  AND pg_constraint.conparentid = 0
  AND tables.relnamespace = current_schema()::regnamespace
  AND (
    tables.relname IN (
      'academy_settings', 'academy_memberships', 'departments', 'permissions', 'role_permissions',
      'content_versions', 'content_workflows', 'content_approvals', 'content_packages', 'content_imports',
      'assets', 'asset_usage', 'validation_rules', 'validation_results'
    )
    OR tables.relname IN ('courses', 'modules', 'lessons', 'quizzes')
    AND EXISTS (
      SELECT FROM pg_attribute
      WHERE attrelid = tables.oid
        AND attnum = ANY (pg_constraint.conkey)
        AND attname IN ('academy_id', 'department_id', 'current_version_id')
    )
  )
  AND pg_constraint.confrelid NOT IN (
    to_regclass('academies'), to_regclass('users'), to_regclass('content_versions'), to_regclass('departments')
  );

-- @check K-4 foreign keys of the evolution in all
-- @expect >= 35
-- @since 20251103000017
SELECT count(*)
FROM pg_constraint
JOIN pg_class AS tables
  ON tables.oid = pg_constraint.conrelid
WHERE pg_constraint.contype = 'f'
  AND pg_constraint.conparentid = 0
  AND tables.relnamespace = current_schema()::regnamespace
  AND (
    tables.relname IN (
      'academy_settings', 'academy_memberships', 'departments', 'permissions', 'role_permissions',
      'content_versions', 'content_workflows', 'content_approvals', 'content_packages', 'content_imports',
      'assets', 'asset_usage', 'validation_rules', 'validation_results'
    )
    OR tables.relname IN ('courses', 'modules', 'lessons', 'quizzes')
    AND EXISTS (
      SELECT FROM pg_attribute
      WHERE attrelid = tables.oid
        AND attnum = ANY (pg_constraint.conkey)
        AND attname IN ('academy_id', 'department_id', 'current_version_id')
    )
  );
