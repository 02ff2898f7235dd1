-- The shape of the database: what the document counts, at each of its two migrations. Every query can be pasted into
-- psql; each counts in current_schema() only, so that auth, storage and app_private do not mix in.

-- @check no table before the foundation
-- @expect 0
-- @until 000
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p');

-- @check tables of the foundation
-- @expect 18
-- @since 001
-- @until 001
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p');

-- @check tables
-- @expect 27
-- @since 002
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p');

-- @check enum types of the foundation
-- @expect 8
-- @since 001
-- @until 001
SELECT count(*)
FROM pg_type
WHERE typnamespace = current_schema()::regnamespace
  AND typtype = 'e';

-- @check enum types
-- @expect 14
-- @since 002
SELECT count(*)
FROM pg_type
WHERE typnamespace = current_schema()::regnamespace
  AND typtype = 'e';

-- @check foreign keys of the foundation
-- @expect 37
-- @since 001
-- @until 001
SELECT count(*)
FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace
  AND contype = 'f';

-- @check foreign keys
-- @expect 63
-- @since 002
SELECT count(*)
FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace
  AND contype = 'f';

-- The document says 50 or more for the foundation, 30 or more for the instructors, 80 or more in all.
-- @check indexes of the foundation, beside those of its constraints
-- @expect 57
-- @since 001
SELECT count(*)
FROM pg_index
JOIN pg_class AS tables
  ON tables.oid = pg_index.indrelid
WHERE tables.relnamespace = current_schema()::regnamespace
  AND NOT (
    tables.relname IN (
      'instructor_profiles', 'instructor_settings', 'student_progress', 'student_activity', 'revenue_transactions',
      'course_reviews', 'workshop_feedback', 'course_instructors', 'workshop_facilitators'
    )
    OR EXISTS (
      SELECT FROM pg_attribute
      WHERE attrelid = tables.oid
        AND attnum = pg_index.indkey[0]
        AND (tables.relname, attname) IN (('courses', 'status'), ('workshops', 'workshop_type'))
    )
  )
  AND NOT EXISTS (
    SELECT FROM pg_constraint
    WHERE conindid = pg_index.indexrelid
      AND contype IN ('p', 'u', 'x')
  );

-- @check indexes of the instructors, beside those of their constraints
-- @expect 33
-- @since 002
SELECT count(*)
FROM pg_index
JOIN pg_class AS tables
  ON tables.oid = pg_index.indrelid
WHERE tables.relnamespace = current_schema()::regnamespace
  AND (
    tables.relname IN (
      'instructor_profiles', 'instructor_settings', 'student_progress', 'student_activity', 'revenue_transactions',
      'course_reviews', 'workshop_feedback', 'course_instructors', 'workshop_facilitators'
    )
    OR EXISTS (
      SELECT FROM pg_attribute
      WHERE attrelid = tables.oid
        AND attnum = pg_index.indkey[0]
        AND (tables.relname, attname) IN (('courses', 'status'), ('workshops', 'workshop_type'))
    )
  )
  AND NOT EXISTS (
    SELECT FROM pg_constraint
    WHERE conindid = pg_index.indexrelid
      AND contype IN ('p', 'u', 'x')
  );

-- @check indexes of the constraints of the foundation
-- @expect 33
-- @since 001
-- @until 001
SELECT count(*)
FROM pg_indexes
JOIN pg_constraint
  ON pg_constraint.conindid = format('%I.%I', pg_indexes.schemaname, pg_indexes.indexname)::regclass
 AND pg_constraint.contype IN ('p', 'u', 'x')
WHERE pg_indexes.schemaname = current_schema();

-- @check indexes of constraints
-- @expect 51
-- @since 002
SELECT count(*)
FROM pg_indexes
JOIN pg_constraint
  ON pg_constraint.conindid = format('%I.%I', pg_indexes.schemaname, pg_indexes.indexname)::regclass
 AND pg_constraint.contype IN ('p', 'u', 'x')
WHERE pg_indexes.schemaname = current_schema();

-- @check triggers of the foundation
-- @expect 15
-- @since 001
-- @until 001
SELECT count(*)
FROM pg_trigger
JOIN pg_class
  ON pg_class.oid = pg_trigger.tgrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND NOT pg_trigger.tgisinternal;

-- @check triggers
-- @expect 25
-- @since 002
SELECT count(*)
FROM pg_trigger
JOIN pg_class
  ON pg_class.oid = pg_trigger.tgrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND NOT pg_trigger.tgisinternal;

-- @check policies of the foundation
-- @expect 60
-- @since 001
SELECT count(*)
FROM pg_policies
WHERE schemaname = current_schema()
  AND tablename NOT IN (
    'instructor_profiles', 'instructor_settings', 'student_progress', 'student_activity', 'revenue_transactions',
    'course_reviews', 'workshop_feedback', 'course_instructors', 'workshop_facilitators'
  );

-- @check policies of the instructors
-- @expect 25
-- @since 002
SELECT count(*)
FROM pg_policies
WHERE schemaname = current_schema()
  AND tablename IN (
    'instructor_profiles', 'instructor_settings', 'student_progress', 'student_activity', 'revenue_transactions',
    'course_reviews', 'workshop_feedback', 'course_instructors', 'workshop_facilitators'
  );

-- @check functions of the foundation
-- @expect 5
-- @since 001
-- @until 001
SELECT count(*)
FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace;

-- @check functions
-- @expect 9
-- @since 002
SELECT count(*)
FROM pg_proc
WHERE pronamespace = current_schema()::regnamespace;

-- @check materialized and plain views of the foundation
-- @expect (2, 0)
-- @since 001
-- @until 001
SELECT
  count(*) FILTER (WHERE relkind = 'm'),
  count(*) FILTER (WHERE relkind = 'v')
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace;

-- @check materialized and plain views
-- @expect (2, 3)
-- @since 002
SELECT
  count(*) FILTER (WHERE relkind = 'm'),
  count(*) FILTER (WHERE relkind = 'v')
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace;

-- @check every materialized view is filled
-- @since 001
SELECT matviewname
FROM pg_matviews
WHERE schemaname = current_schema()
  AND NOT ispopulated;

-- @check the six buckets are there, three of them public
-- @since 001
SELECT wanted.id, wanted.public AS wanted, buckets.public AS found
FROM (VALUES
  ('assessment-recordings', FALSE),
  ('course-content', TRUE),
  ('avatars', TRUE),
  ('organization-logos', TRUE),
  ('workshop-materials', FALSE),
  ('resources', FALSE)
) AS wanted (id, public)
LEFT JOIN storage.buckets
  ON buckets.id = wanted.id
WHERE wanted.public IS DISTINCT FROM buckets.public;

-- @check policies of the buckets: one for reading and one for writing each
-- @expect 12
-- @since 001
SELECT count(*)
FROM pg_policies
WHERE schemaname = 'storage'
  AND tablename = 'objects'
  AND policyname LIKE 'humanglue\_%';

-- The body of a function is only looked at when it runs. Nobody has the id that is asked for here.
-- @check the functions of the foundation run
-- @expect (true, 1, 0, 0, 0)
-- @since 001
SELECT
  get_user_adaptability_score('00000000-0000-0000-0000-000000000000') IS NULL,
  (SELECT count(*) FROM get_organization_metrics('00000000-0000-0000-0000-000000000000')),
  (SELECT count(*) FROM get_course_progress('00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000')),
  (SELECT count(*) FROM get_workshop_availability('00000000-0000-0000-0000-000000000000')),
  (SELECT count(*) FROM get_expert_availability('00000000-0000-0000-0000-000000000000', now(), now()));

-- @check the functions of the instructors run
-- @expect (0, 0, 0, 0)
-- @since 002
SELECT
  (SELECT total_revenue FROM get_instructor_dashboard_stats('00000000-0000-0000-0000-000000000000')),
  (SELECT count(*) FROM get_instructor_student_progress('00000000-0000-0000-0000-000000000000')),
  (SELECT count(*) FROM get_instructor_revenue_breakdown('00000000-0000-0000-0000-000000000000', '-infinity', 'infinity')),
  (SELECT count(*) FROM get_instructor_recent_activity('00000000-0000-0000-0000-000000000000'));

-- What the document asks when statistics stand still: do the triggers of enrollments exist, and are they on?
-- @check the triggers of enrollments fire
-- @since 002
SELECT wanted.name
FROM (VALUES
  ('course_enrollments_set_updated_at'),
  ('course_enrollments_stats')
) AS wanted (name)
WHERE NOT EXISTS (
  SELECT FROM pg_trigger
  WHERE tgrelid = 'course_enrollments'::regclass
    AND tgname = wanted.name
    AND tgenabled = 'O'
);
