-- Rolls back 001_multi_tenant_schema: drops the eighteen tables with their rows, and everything around them.
-- Of the buckets that the migration made, those without objects go; one that holds files stays, because a file whose
-- row is deleted here would lie in the storage for ever. Buckets that were there before stay as they are.

DO $$
DECLARE
  kept TEXT;
BEGIN
  -- Supabase refuses a DELETE that does not say that it is meant (supabase/storage #817).
  PERFORM set_config('storage.allow_delete_query', 'true', TRUE);

  DELETE FROM storage.buckets
  USING lms_db.humanglue_001_buckets AS made
  WHERE buckets.id = made.id
    AND NOT EXISTS (
      SELECT FROM storage.objects
      WHERE objects.bucket_id = buckets.id
    );

  PERFORM set_config('storage.allow_delete_query', 'false', TRUE);

  SELECT string_agg(buckets.id, ', ' ORDER BY buckets.id)
  INTO kept
  FROM storage.buckets
  JOIN lms_db.humanglue_001_buckets AS made
    ON made.id = buckets.id;

  IF kept IS NOT NULL THEN
    RAISE NOTICE 'storage buckets with files in them are kept: %', kept;
  END IF;
END
$$;

DROP TABLE lms_db.humanglue_001_buckets;

DROP POLICY humanglue_resources_insert
  ON storage.objects;

DROP POLICY humanglue_resources_select
  ON storage.objects;

DROP POLICY humanglue_workshop_materials_insert
  ON storage.objects;

DROP POLICY humanglue_workshop_materials_select
  ON storage.objects;

DROP POLICY humanglue_organization_logos_insert
  ON storage.objects;

DROP POLICY humanglue_organization_logos_select
  ON storage.objects;

DROP POLICY humanglue_avatars_insert
  ON storage.objects;

DROP POLICY humanglue_avatars_select
  ON storage.objects;

DROP POLICY humanglue_course_content_insert
  ON storage.objects;

DROP POLICY humanglue_course_content_select
  ON storage.objects;

DROP POLICY humanglue_assessment_recordings_insert
  ON storage.objects;

DROP POLICY humanglue_assessment_recordings_select
  ON storage.objects;

DROP FUNCTION app_private.refresh_overviews();

DROP MATERIALIZED VIEW user_learning_progress;

DROP MATERIALIZED VIEW organization_overview;

DROP FUNCTION get_expert_availability(UUID, TIMESTAMPTZ, TIMESTAMPTZ);
DROP FUNCTION get_workshop_availability(UUID);
DROP FUNCTION get_course_progress(UUID, UUID);
DROP FUNCTION get_organization_metrics(UUID);
DROP FUNCTION get_user_adaptability_score(UUID);

ALTER TABLE teams
  DROP CONSTRAINT teams_lead_id_fkey;

-- Their policies, privileges, indexes and triggers go with them.
DROP TABLE analytics_events;
DROP TABLE resources;
DROP TABLE consultations;
DROP TABLE expert_availability;
DROP TABLE experts;
DROP TABLE workshop_registrations;
DROP TABLE workshops;
DROP TABLE lesson_progress;
DROP TABLE course_enrollments;
DROP TABLE course_lessons;
DROP TABLE course_modules;
DROP TABLE courses;
DROP TABLE assessment_responses;
DROP TABLE assessments;
DROP TABLE assessment_templates;
DROP TABLE users;
DROP TABLE teams;
DROP TABLE organizations;

DROP FUNCTION app_private.roll_up_lesson_progress();
DROP FUNCTION app_private.count_workshop_seats();
DROP FUNCTION app_private.enrolled_in(UUID);
DROP FUNCTION app_private.facilitates_workshop(UUID, BOOLEAN);
DROP FUNCTION app_private.teaches_course(UUID, BOOLEAN);
DROP FUNCTION app_private.leads_user(UUID);
DROP FUNCTION app_private.is_org_admin(UUID);
DROP FUNCTION app_private.my_org_id();
DROP FUNCTION app_private.is_platform_admin();
DROP FUNCTION app_private.set_updated_at_of_user();
DROP FUNCTION app_private.set_updated_at();

DROP TYPE content_type;
DROP TYPE payment_status;
DROP TYPE consultation_status;
DROP TYPE registration_status;
DROP TYPE workshop_status;
DROP TYPE enrollment_status;
DROP TYPE assessment_status;
DROP TYPE user_role;

DROP SCHEMA app_private;
