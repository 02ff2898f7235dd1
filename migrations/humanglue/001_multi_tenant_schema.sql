-- Creates the multi-tenant foundation: organizations, assessments, courses, workshops, experts, resources and analytics,
-- with row security on every table, column privileges, and the six storage buckets.
-- @phase foundation
-- @risk low everything is new; nobody can be added to auth.users meanwhile, and storage.objects is locked while its twelve policies are made
-- @downtime none
-- @app-change users come from Supabase Auth; a service writes users, prices, payments and scores, which clients may not
-- @requires 000
-- @allow backfill-in-ddl-transaction six rows, the names of the buckets

DO $$
BEGIN
  -- ON DELETE SET NULL (column) appeared in PostgreSQL 15, and so did views that ask for the caller's rights.
  IF current_setting('server_version_num')::INTEGER < 150000 THEN
    RAISE EXCEPTION 'the humanglue schema needs PostgreSQL 15 or later; this server is %',
      current_setting('server_version')
      USING ERRCODE = 'feature_not_supported';
  END IF;
END
$$;

-- What policies and triggers call. PostgREST exposes public, so these are kept out of it.
CREATE SCHEMA app_private;

COMMENT ON SCHEMA app_private IS
  'Functions that policies and triggers call; not a part of the API.';

GRANT USAGE
  ON SCHEMA app_private
  TO authenticated, service_role;

CREATE FUNCTION app_private.set_updated_at()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  -- An UPDATE that changes nothing is no change.
  IF NEW IS DISTINCT FROM OLD THEN
    -- Not now(): two changes in one transaction are two moments.
    NEW.updated_at := pg_catalog.clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;

-- When an organization is deleted, its teams go and its people stay. PostgreSQL takes the organization from a person
-- before it looks for who was in the team, and then nobody is found: without this, team_id would name a team that is gone.
CREATE FUNCTION app_private.set_updated_at_of_user()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  IF NEW.organization_id IS NULL THEN
    NEW.team_id := NULL;
  END IF;
  IF NEW IS DISTINCT FROM OLD THEN
    NEW.updated_at := pg_catalog.clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;

REVOKE ALL
  ON FUNCTION
    app_private.set_updated_at(),
    app_private.set_updated_at_of_user()
  FROM PUBLIC;

COMMENT ON FUNCTION app_private.set_updated_at() IS
  'Trigger function: sets updated_at when an UPDATE really changes the row.';
COMMENT ON FUNCTION app_private.set_updated_at_of_user() IS
  'Trigger function: as set_updated_at; and whoever loses the organization loses the team.';

-- Types

CREATE TYPE user_role AS ENUM (
  'admin',
  'org_admin',
  'team_lead',
  'member'
);

CREATE TYPE assessment_status AS ENUM (
  'not_started',
  'in_progress',
  'completed',
  'archived'
);

CREATE TYPE enrollment_status AS ENUM (
  'enrolled',
  'in_progress',
  'completed',
  'dropped'
);

CREATE TYPE workshop_status AS ENUM (
  'draft',
  'published',
  'in_progress',
  'completed',
  'cancelled'
);

CREATE TYPE registration_status AS ENUM (
  'registered',
  'waitlisted',
  'attended',
  'cancelled',
  'no_show'
);

CREATE TYPE consultation_status AS ENUM (
  'requested',
  'scheduled',
  'completed',
  'cancelled'
);

CREATE TYPE payment_status AS ENUM (
  'pending',
  'completed',
  'failed',
  'refunded'
);

CREATE TYPE content_type AS ENUM (
  'video',
  'article',
  'quiz',
  'assignment',
  'resource'
);

COMMENT ON TYPE user_role IS
  'What a person may do: admin is of the platform, org_admin of an organization.';
COMMENT ON TYPE assessment_status IS
  'Where an assessment stands.';
COMMENT ON TYPE enrollment_status IS
  'Where an enrollment in a course stands.';
COMMENT ON TYPE workshop_status IS
  'Where a workshop stands; clients see every one that is no draft.';
COMMENT ON TYPE registration_status IS
  'Where a registration for a workshop stands; registered and attended take a seat.';
COMMENT ON TYPE consultation_status IS
  'Where a consultation stands.';
COMMENT ON TYPE payment_status IS
  'Where a payment stands.';
COMMENT ON TYPE content_type IS
  'What kind of content a lesson or a resource is.';

-- Tables

CREATE TABLE organizations (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  logo_url TEXT,
  website TEXT,
  industry TEXT,
  subscription_tier TEXT NOT NULL DEFAULT 'free',
  max_users INTEGER NOT NULL DEFAULT 5,
  settings JSONB NOT NULL DEFAULT '{}',
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT organizations_pkey
    PRIMARY KEY (id),
  CONSTRAINT organizations_slug_key
    UNIQUE (slug),
  CONSTRAINT organizations_name_check
    CHECK (btrim(name) <> ''),
  CONSTRAINT organizations_slug_check
    CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  CONSTRAINT organizations_subscription_tier_check
    CHECK (subscription_tier IN ('free', 'starter', 'professional', 'enterprise')),
  CONSTRAINT organizations_max_users_check
    CHECK (max_users > 0)
);

CREATE INDEX idx_organizations_subscription_tier
  ON organizations (subscription_tier);

CREATE INDEX idx_organizations_name_active
  ON organizations (name)
  WHERE is_active;

CREATE TABLE teams (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  organization_id UUID NOT NULL,
  name TEXT NOT NULL,
  description TEXT,
  lead_id UUID,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT teams_pkey
    PRIMARY KEY (id),
  CONSTRAINT teams_organization_id_name_key
    UNIQUE (organization_id, name),
  CONSTRAINT teams_id_organization_id_key
    UNIQUE (id, organization_id),
  CONSTRAINT teams_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_teams_lead_id
  ON teams (lead_id);

CREATE INDEX idx_teams_organization_id_active
  ON teams (organization_id)
  WHERE is_active;

CREATE TABLE users (
  id UUID NOT NULL,
  organization_id UUID,
  team_id UUID,
  email TEXT NOT NULL,
  full_name TEXT NOT NULL,
  avatar_url TEXT,
  job_title TEXT,
  role user_role NOT NULL DEFAULT 'member',
  preferences JSONB NOT NULL DEFAULT '{}',
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  last_login_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey
    PRIMARY KEY (id),
  CONSTRAINT users_email_check
    CHECK (position('@' IN email) > 1),
  CONSTRAINT users_team_id_check
    CHECK (team_id IS NULL OR organization_id IS NOT NULL),
  CONSTRAINT users_id_fkey
    FOREIGN KEY (id)
    REFERENCES auth.users (id)
    ON DELETE CASCADE,
  CONSTRAINT users_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE SET NULL,
  CONSTRAINT users_team_id_organization_id_fkey
    FOREIGN KEY (team_id, organization_id)
    REFERENCES teams (id, organization_id)
    ON DELETE SET NULL (team_id)
);

CREATE UNIQUE INDEX idx_users_lower_email
  ON users (lower(email));

CREATE INDEX idx_users_organization_id_role
  ON users (organization_id, role);

CREATE INDEX idx_users_team_id_organization_id
  ON users (team_id, organization_id);

CREATE INDEX idx_users_role
  ON users (role);

ALTER TABLE teams
  ADD CONSTRAINT teams_lead_id_fkey
    FOREIGN KEY (lead_id)
    REFERENCES users (id)
    ON DELETE SET NULL;

CREATE TABLE assessment_templates (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  organization_id UUID,
  title TEXT NOT NULL,
  description TEXT,
  version INTEGER NOT NULL DEFAULT 1,
  questions JSONB NOT NULL DEFAULT '[]',
  scoring_config JSONB NOT NULL DEFAULT '{}',
  is_published BOOLEAN NOT NULL DEFAULT FALSE,
  created_by UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assessment_templates_pkey
    PRIMARY KEY (id),
  CONSTRAINT assessment_templates_version_check
    CHECK (version > 0),
  CONSTRAINT assessment_templates_questions_check
    CHECK (jsonb_typeof(questions) = 'array'),
  CONSTRAINT assessment_templates_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE CASCADE,
  CONSTRAINT assessment_templates_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_assessment_templates_organization_id
  ON assessment_templates (organization_id);

CREATE INDEX idx_assessment_templates_created_by
  ON assessment_templates (created_by);

CREATE INDEX idx_assessment_templates_title_published
  ON assessment_templates (title)
  WHERE is_published;

CREATE INDEX idx_assessment_templates_questions_gin
  ON assessment_templates USING gin (questions jsonb_path_ops);

CREATE TABLE assessments (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  template_id UUID NOT NULL,
  user_id UUID NOT NULL,
  organization_id UUID,
  status assessment_status NOT NULL DEFAULT 'not_started',
  overall_score NUMERIC(5, 2),
  ai_analysis JSONB NOT NULL DEFAULT '{}',
  started_at TIMESTAMPTZ,
  completed_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assessments_pkey
    PRIMARY KEY (id),
  CONSTRAINT assessments_overall_score_check
    CHECK (overall_score BETWEEN 0 AND 100),
  CONSTRAINT assessments_completed_check
    CHECK (status <> 'completed' OR completed_at IS NOT NULL),
  CONSTRAINT assessments_template_id_fkey
    FOREIGN KEY (template_id)
    REFERENCES assessment_templates (id)
    ON DELETE RESTRICT,
  CONSTRAINT assessments_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT assessments_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_assessments_template_id
  ON assessments (template_id);

CREATE INDEX idx_assessments_user_id_status
  ON assessments (user_id, status);

CREATE INDEX idx_assessments_organization_id_status
  ON assessments (organization_id, status);

CREATE INDEX idx_assessments_completed_at
  ON assessments (completed_at)
  WHERE status = 'completed';

CREATE INDEX idx_assessments_ai_analysis_gin
  ON assessments USING gin (ai_analysis jsonb_path_ops);

CREATE TABLE assessment_responses (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  assessment_id UUID NOT NULL,
  question_key TEXT NOT NULL,
  response JSONB NOT NULL,
  score NUMERIC(5, 2),
  answered_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assessment_responses_pkey
    PRIMARY KEY (id),
  CONSTRAINT assessment_responses_assessment_id_question_key_key
    UNIQUE (assessment_id, question_key),
  CONSTRAINT assessment_responses_score_check
    CHECK (score BETWEEN 0 AND 100),
  CONSTRAINT assessment_responses_assessment_id_fkey
    FOREIGN KEY (assessment_id)
    REFERENCES assessments (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_assessment_responses_answered_at
  ON assessment_responses (answered_at);

CREATE TABLE courses (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  organization_id UUID,
  instructor_id UUID,
  title TEXT NOT NULL,
  slug TEXT NOT NULL,
  description TEXT,
  category TEXT,
  tags TEXT[] NOT NULL DEFAULT '{}',
  thumbnail_url TEXT,
  price NUMERIC(10, 2) NOT NULL DEFAULT 0,
  currency CHAR(3) NOT NULL DEFAULT 'USD',
  is_published BOOLEAN NOT NULL DEFAULT FALSE,
  created_by UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT courses_pkey
    PRIMARY KEY (id),
  CONSTRAINT courses_slug_key
    UNIQUE (slug),
  CONSTRAINT courses_price_check
    CHECK (price >= 0),
  CONSTRAINT courses_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE CASCADE,
  CONSTRAINT courses_instructor_id_fkey
    FOREIGN KEY (instructor_id)
    REFERENCES users (id)
    ON DELETE SET NULL,
  CONSTRAINT courses_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_courses_organization_id
  ON courses (organization_id);

CREATE INDEX idx_courses_instructor_id
  ON courses (instructor_id);

CREATE INDEX idx_courses_created_by
  ON courses (created_by);

CREATE INDEX idx_courses_category
  ON courses (category);

CREATE INDEX idx_courses_created_at_published
  ON courses (created_at)
  WHERE is_published;

CREATE INDEX idx_courses_tags_gin
  ON courses USING gin (tags);

CREATE TABLE course_modules (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  order_index INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_modules_pkey
    PRIMARY KEY (id),
  CONSTRAINT course_modules_course_id_order_index_key
    UNIQUE (course_id, order_index)
    DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT course_modules_order_index_check
    CHECK (order_index >= 0),
  CONSTRAINT course_modules_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE
);

CREATE TABLE course_lessons (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  module_id UUID NOT NULL,
  title TEXT NOT NULL,
  content_type content_type NOT NULL DEFAULT 'video',
  content TEXT,
  video_url TEXT,
  duration_minutes INTEGER,
  order_index INTEGER NOT NULL DEFAULT 0,
  is_preview BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_lessons_pkey
    PRIMARY KEY (id),
  CONSTRAINT course_lessons_module_id_order_index_key
    UNIQUE (module_id, order_index)
    DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT course_lessons_duration_minutes_check
    CHECK (duration_minutes >= 0),
  CONSTRAINT course_lessons_order_index_check
    CHECK (order_index >= 0),
  CONSTRAINT course_lessons_module_id_fkey
    FOREIGN KEY (module_id)
    REFERENCES course_modules (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_course_lessons_content_type
  ON course_lessons (content_type);

CREATE TABLE course_enrollments (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  user_id UUID NOT NULL,
  organization_id UUID,
  status enrollment_status NOT NULL DEFAULT 'enrolled',
  progress NUMERIC(5, 2) NOT NULL DEFAULT 0,
  price_paid NUMERIC(10, 2) NOT NULL DEFAULT 0,
  payment_status payment_status NOT NULL DEFAULT 'completed',
  enrolled_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  completed_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_enrollments_pkey
    PRIMARY KEY (id),
  CONSTRAINT course_enrollments_course_id_user_id_key
    UNIQUE (course_id, user_id),
  CONSTRAINT course_enrollments_id_user_id_key
    UNIQUE (id, user_id),
  CONSTRAINT course_enrollments_progress_check
    CHECK (progress BETWEEN 0 AND 100),
  CONSTRAINT course_enrollments_price_paid_check
    CHECK (price_paid >= 0),
  CONSTRAINT course_enrollments_completed_check
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
  CONSTRAINT course_enrollments_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE RESTRICT,
  CONSTRAINT course_enrollments_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT course_enrollments_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_course_enrollments_user_id_status
  ON course_enrollments (user_id, status);

CREATE INDEX idx_course_enrollments_organization_id
  ON course_enrollments (organization_id);

CREATE INDEX idx_course_enrollments_course_id_status
  ON course_enrollments (course_id, status);

CREATE INDEX idx_course_enrollments_enrolled_at_open
  ON course_enrollments (enrolled_at)
  WHERE status IN ('enrolled', 'in_progress');

CREATE TABLE lesson_progress (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  enrollment_id UUID NOT NULL,
  user_id UUID NOT NULL,
  lesson_id UUID NOT NULL,
  progress NUMERIC(5, 2) NOT NULL DEFAULT 0,
  time_spent_seconds INTEGER NOT NULL DEFAULT 0,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  last_accessed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  completed_at TIMESTAMPTZ,
  CONSTRAINT lesson_progress_pkey
    PRIMARY KEY (id),
  CONSTRAINT lesson_progress_enrollment_id_lesson_id_key
    UNIQUE (enrollment_id, lesson_id),
  CONSTRAINT lesson_progress_progress_check
    CHECK (progress BETWEEN 0 AND 100),
  CONSTRAINT lesson_progress_time_spent_seconds_check
    CHECK (time_spent_seconds >= 0),
  CONSTRAINT lesson_progress_completed_check
    CHECK ((progress = 100) = (completed_at IS NOT NULL)),
  CONSTRAINT lesson_progress_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT lesson_progress_lesson_id_fkey
    FOREIGN KEY (lesson_id)
    REFERENCES course_lessons (id)
    ON DELETE CASCADE,
  CONSTRAINT lesson_progress_enrollment_id_user_id_fkey
    FOREIGN KEY (enrollment_id, user_id)
    REFERENCES course_enrollments (id, user_id)
    ON DELETE CASCADE
);

CREATE INDEX idx_lesson_progress_enrollment_id_user_id
  ON lesson_progress (enrollment_id, user_id);

CREATE INDEX idx_lesson_progress_user_id_last_accessed_at
  ON lesson_progress (user_id, last_accessed_at);

CREATE INDEX idx_lesson_progress_lesson_id
  ON lesson_progress (lesson_id);

CREATE TABLE workshops (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  organization_id UUID,
  facilitator_id UUID,
  title TEXT NOT NULL,
  slug TEXT NOT NULL,
  description TEXT,
  status workshop_status NOT NULL DEFAULT 'draft',
  starts_at TIMESTAMPTZ NOT NULL,
  ends_at TIMESTAMPTZ NOT NULL,
  capacity INTEGER NOT NULL DEFAULT 20,
  registered_count INTEGER NOT NULL DEFAULT 0,
  price NUMERIC(10, 2) NOT NULL DEFAULT 0,
  currency CHAR(3) NOT NULL DEFAULT 'USD',
  location TEXT,
  meeting_url TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT workshops_pkey
    PRIMARY KEY (id),
  CONSTRAINT workshops_slug_key
    UNIQUE (slug),
  CONSTRAINT workshops_capacity_check
    CHECK (capacity > 0),
  CONSTRAINT workshops_registered_count_check
    CHECK (registered_count >= 0),
  CONSTRAINT workshops_price_check
    CHECK (price >= 0),
  CONSTRAINT workshops_schedule_check
    CHECK (ends_at > starts_at),
  CONSTRAINT workshops_capacity_limit_check
    CHECK (registered_count <= capacity),
  CONSTRAINT workshops_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE CASCADE,
  CONSTRAINT workshops_facilitator_id_fkey
    FOREIGN KEY (facilitator_id)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_workshops_organization_id
  ON workshops (organization_id);

CREATE INDEX idx_workshops_facilitator_id
  ON workshops (facilitator_id);

CREATE INDEX idx_workshops_status_starts_at
  ON workshops (status, starts_at);

CREATE INDEX idx_workshops_starts_at_published
  ON workshops (starts_at)
  WHERE status = 'published';

CREATE TABLE workshop_registrations (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  workshop_id UUID NOT NULL,
  user_id UUID NOT NULL,
  organization_id UUID,
  status registration_status NOT NULL DEFAULT 'registered',
  price_paid NUMERIC(10, 2) NOT NULL DEFAULT 0,
  payment_status payment_status NOT NULL DEFAULT 'completed',
  registered_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  attended_at TIMESTAMPTZ,
  cancelled_at TIMESTAMPTZ,
  CONSTRAINT workshop_registrations_pkey
    PRIMARY KEY (id),
  CONSTRAINT workshop_registrations_workshop_id_user_id_key
    UNIQUE (workshop_id, user_id),
  CONSTRAINT workshop_registrations_price_paid_check
    CHECK (price_paid >= 0),
  CONSTRAINT workshop_registrations_workshop_id_fkey
    FOREIGN KEY (workshop_id)
    REFERENCES workshops (id)
    ON DELETE RESTRICT,
  CONSTRAINT workshop_registrations_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT workshop_registrations_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_workshop_registrations_user_id
  ON workshop_registrations (user_id);

CREATE INDEX idx_workshop_registrations_organization_id
  ON workshop_registrations (organization_id);

CREATE INDEX idx_workshop_registrations_workshop_id_status
  ON workshop_registrations (workshop_id, status);

CREATE TABLE experts (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID,
  display_name TEXT NOT NULL,
  bio TEXT,
  expertise TEXT[] NOT NULL DEFAULT '{}',
  hourly_rate NUMERIC(10, 2),
  rating NUMERIC(3, 2),
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT experts_pkey
    PRIMARY KEY (id),
  CONSTRAINT experts_user_id_key
    UNIQUE (user_id),
  CONSTRAINT experts_hourly_rate_check
    CHECK (hourly_rate >= 0),
  CONSTRAINT experts_rating_check
    CHECK (rating BETWEEN 1 AND 5),
  CONSTRAINT experts_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_experts_expertise_gin
  ON experts USING gin (expertise);

CREATE INDEX idx_experts_rating_active
  ON experts (rating)
  WHERE is_active;

CREATE TABLE expert_availability (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expert_id UUID NOT NULL,
  starts_at TIMESTAMPTZ NOT NULL,
  ends_at TIMESTAMPTZ NOT NULL,
  is_booked BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT expert_availability_pkey
    PRIMARY KEY (id),
  CONSTRAINT expert_availability_expert_id_starts_at_key
    UNIQUE (expert_id, starts_at),
  CONSTRAINT expert_availability_slot_check
    CHECK (ends_at > starts_at),
  CONSTRAINT expert_availability_expert_id_fkey
    FOREIGN KEY (expert_id)
    REFERENCES experts (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_expert_availability_starts_at_free
  ON expert_availability (starts_at)
  WHERE NOT is_booked;

CREATE TABLE consultations (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  expert_id UUID NOT NULL,
  user_id UUID NOT NULL,
  organization_id UUID,
  availability_id UUID,
  status consultation_status NOT NULL DEFAULT 'requested',
  scheduled_at TIMESTAMPTZ,
  duration_minutes INTEGER NOT NULL DEFAULT 60,
  notes TEXT,
  price_paid NUMERIC(10, 2) NOT NULL DEFAULT 0,
  payment_status payment_status NOT NULL DEFAULT 'pending',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT consultations_pkey
    PRIMARY KEY (id),
  CONSTRAINT consultations_availability_id_key
    UNIQUE (availability_id),
  CONSTRAINT consultations_duration_minutes_check
    CHECK (duration_minutes > 0),
  CONSTRAINT consultations_price_paid_check
    CHECK (price_paid >= 0),
  CONSTRAINT consultations_expert_id_fkey
    FOREIGN KEY (expert_id)
    REFERENCES experts (id)
    ON DELETE RESTRICT,
  CONSTRAINT consultations_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT consultations_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE SET NULL,
  CONSTRAINT consultations_availability_id_fkey
    FOREIGN KEY (availability_id)
    REFERENCES expert_availability (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_consultations_expert_id_status
  ON consultations (expert_id, status);

CREATE INDEX idx_consultations_user_id
  ON consultations (user_id);

CREATE INDEX idx_consultations_organization_id
  ON consultations (organization_id);

CREATE INDEX idx_consultations_scheduled_at
  ON consultations (scheduled_at);

CREATE TABLE resources (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  organization_id UUID,
  title TEXT NOT NULL,
  description TEXT,
  resource_type content_type NOT NULL DEFAULT 'resource',
  file_path TEXT,
  external_url TEXT,
  tags TEXT[] NOT NULL DEFAULT '{}',
  is_public BOOLEAN NOT NULL DEFAULT FALSE,
  download_count INTEGER NOT NULL DEFAULT 0,
  created_by UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT resources_pkey
    PRIMARY KEY (id),
  CONSTRAINT resources_download_count_check
    CHECK (download_count >= 0),
  CONSTRAINT resources_location_check
    CHECK (file_path IS NOT NULL OR external_url IS NOT NULL),
  CONSTRAINT resources_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE CASCADE,
  CONSTRAINT resources_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_resources_organization_id
  ON resources (organization_id);

CREATE INDEX idx_resources_created_by
  ON resources (created_by);

CREATE INDEX idx_resources_resource_type
  ON resources (resource_type);

CREATE INDEX idx_resources_title_public
  ON resources (title)
  WHERE is_public;

CREATE INDEX idx_resources_tags_gin
  ON resources USING gin (tags);

CREATE TABLE analytics_events (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID,
  organization_id UUID,
  event_name TEXT NOT NULL,
  properties JSONB NOT NULL DEFAULT '{}',
  session_id UUID,
  occurred_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT analytics_events_pkey
    PRIMARY KEY (id),
  CONSTRAINT analytics_events_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE SET NULL,
  CONSTRAINT analytics_events_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_analytics_events_user_id_occurred_at
  ON analytics_events (user_id, occurred_at);

CREATE INDEX idx_analytics_events_organization_id_occurred_at
  ON analytics_events (organization_id, occurred_at);

CREATE INDEX idx_analytics_events_event_name_occurred_at
  ON analytics_events (event_name, occurred_at);

CREATE INDEX idx_analytics_events_properties_gin
  ON analytics_events USING gin (properties jsonb_path_ops);

COMMENT ON TABLE organizations IS
  'The tenants: companies whose people assess themselves and learn.';
COMMENT ON COLUMN organizations.subscription_tier IS
  'What the organization pays for; only a service changes it.';
COMMENT ON COLUMN organizations.max_users IS
  'How many users the subscription covers.';
COMMENT ON COLUMN organizations.settings IS
  'Object: settings of the organization.';
COMMENT ON TABLE teams IS
  'Teams of an organization, each with a lead.';
COMMENT ON COLUMN teams.lead_id IS
  'Who sees the assessments and enrollments of the team; leads only within the same organization.';
COMMENT ON TABLE users IS
  'People, each one a user of Supabase Auth; without an organization they stand alone.';
COMMENT ON COLUMN users.id IS
  'The id in auth.users.';
COMMENT ON COLUMN users.team_id IS
  'The foreign key includes organization_id, so that the team belongs to the same organization.';
COMMENT ON COLUMN users.role IS
  'Only a service changes it: clients have no privilege on the column.';
COMMENT ON COLUMN users.preferences IS
  'Object: what the person prefers.';
COMMENT ON COLUMN users.is_active IS
  'False takes away role and organization, wherever a policy asks for them.';
COMMENT ON TABLE assessment_templates IS
  'Questions and how answers are scored; without an organization, for all.';
COMMENT ON COLUMN assessment_templates.questions IS
  'Array of questions; question_key of a response names one.';
COMMENT ON COLUMN assessment_templates.scoring_config IS
  'Object: how answers become scores.';
COMMENT ON TABLE assessments IS
  'A person going through a template.';
COMMENT ON COLUMN assessments.organization_id IS
  'The organization that the person belonged to then.';
COMMENT ON COLUMN assessments.overall_score IS
  '0 to 100, written by the scoring service; NULL until then.';
COMMENT ON COLUMN assessments.ai_analysis IS
  'Object: what the analysis found.';
COMMENT ON TABLE assessment_responses IS
  'Answers, one a question of an assessment.';
COMMENT ON COLUMN assessment_responses.score IS
  '0 to 100, written by the scoring service.';
COMMENT ON TABLE courses IS
  'Courses; without an organization, for all.';
COMMENT ON COLUMN courses.instructor_id IS
  'Who owns the course and earns from it.';
COMMENT ON TABLE course_modules IS
  'Parts of a course, in order.';
COMMENT ON TABLE course_lessons IS
  'Lessons of a module, in order.';
COMMENT ON COLUMN course_lessons.is_preview IS
  'Everybody signed in may read it, enrolled or not.';
COMMENT ON TABLE course_enrollments IS
  'Who learns in which course, and how far along.';
COMMENT ON COLUMN course_enrollments.organization_id IS
  'The organization that the person belonged to then.';
COMMENT ON COLUMN course_enrollments.progress IS
  'Percent of the lessons of the course that are completed; kept by a trigger of lesson_progress.';
COMMENT ON COLUMN course_enrollments.completed_at IS
  'Set exactly when status is completed.';
COMMENT ON TABLE lesson_progress IS
  'How far a person is in a lesson.';
COMMENT ON COLUMN lesson_progress.enrollment_id IS
  'The foreign key includes user_id, so that progress cannot name another person than its enrollment.';
COMMENT ON COLUMN lesson_progress.completed_at IS
  'Set exactly when progress is 100.';
COMMENT ON TABLE workshops IS
  'Workshops with a limited number of seats; without an organization, for all.';
COMMENT ON COLUMN workshops.registered_count IS
  'Seats that are taken; kept by a trigger of workshop_registrations.';
COMMENT ON TABLE workshop_registrations IS
  'Who comes to which workshop.';
COMMENT ON TABLE experts IS
  'Experts that can be consulted.';
COMMENT ON COLUMN experts.user_id IS
  'The expert''s own account, if there is one.';
COMMENT ON TABLE expert_availability IS
  'When an expert can be consulted.';
COMMENT ON TABLE consultations IS
  'Consultations of an expert, from the request on.';
COMMENT ON COLUMN consultations.availability_id IS
  'The slot that is taken; each slot at most once.';
COMMENT ON TABLE resources IS
  'The resource library: files and links; public ones are for everybody signed in.';
COMMENT ON COLUMN resources.file_path IS
  'Name of the object in the storage bucket resources.';
COMMENT ON TABLE analytics_events IS
  'What happened in the application; append-only for clients.';
COMMENT ON COLUMN analytics_events.properties IS
  'Object: what belongs to the event.';

CREATE TRIGGER organizations_set_updated_at
  BEFORE UPDATE ON organizations
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER teams_set_updated_at
  BEFORE UPDATE ON teams
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER users_set_updated_at
  BEFORE UPDATE ON users
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at_of_user();

CREATE TRIGGER assessment_templates_set_updated_at
  BEFORE UPDATE ON assessment_templates
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER assessments_set_updated_at
  BEFORE UPDATE ON assessments
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER courses_set_updated_at
  BEFORE UPDATE ON courses
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER course_modules_set_updated_at
  BEFORE UPDATE ON course_modules
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER course_lessons_set_updated_at
  BEFORE UPDATE ON course_lessons
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER course_enrollments_set_updated_at
  BEFORE UPDATE ON course_enrollments
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER workshops_set_updated_at
  BEFORE UPDATE ON workshops
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER experts_set_updated_at
  BEFORE UPDATE ON experts
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER consultations_set_updated_at
  BEFORE UPDATE ON consultations
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER resources_set_updated_at
  BEFORE UPDATE ON resources
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

-- Who is asking. Policies call these instead of reading the table that they guard, which would be an infinite recursion
-- (42P17). They run as their owner, whom row security does not bind, and tell only what concerns the caller.

CREATE FUNCTION app_private.is_platform_admin()
  RETURNS BOOLEAN
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT FROM public.users
    WHERE id = (SELECT auth.uid())
      AND role = 'admin'
      AND is_active
  )
$$;

CREATE FUNCTION app_private.my_org_id()
  RETURNS UUID
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT organization_id
  FROM public.users
  WHERE id = (SELECT auth.uid())
    AND is_active
$$;

CREATE FUNCTION app_private.is_org_admin(organization UUID)
  RETURNS BOOLEAN
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT FROM public.users
    WHERE id = (SELECT auth.uid())
      AND role = 'org_admin'
      AND organization_id = organization
      AND is_active
  )
$$;

CREATE FUNCTION app_private.leads_user(person UUID)
  RETURNS BOOLEAN
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT FROM public.users AS led
    JOIN public.teams
      ON teams.id = led.team_id
    JOIN public.users AS lead
      ON lead.id = teams.lead_id
     AND lead.organization_id = teams.organization_id
    WHERE led.id = person
      AND lead.id = (SELECT auth.uid())
      AND lead.is_active
  )
$$;

-- Migration 002 knows co-instructors, of whom not everyone may write.
CREATE FUNCTION app_private.teaches_course(course UUID, writing BOOLEAN DEFAULT FALSE)
  RETURNS BOOLEAN
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT FROM public.courses
    WHERE id = course
      AND instructor_id = (SELECT auth.uid())
  )
$$;

CREATE FUNCTION app_private.facilitates_workshop(workshop UUID, writing BOOLEAN DEFAULT FALSE)
  RETURNS BOOLEAN
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT FROM public.workshops
    WHERE id = workshop
      AND facilitator_id = (SELECT auth.uid())
  )
$$;

CREATE FUNCTION app_private.enrolled_in(course UUID)
  RETURNS BOOLEAN
  LANGUAGE sql
  STABLE
  SECURITY DEFINER
  SET search_path = ''
AS $$
  SELECT EXISTS (
    SELECT FROM public.course_enrollments
    WHERE course_id = course
      AND user_id = (SELECT auth.uid())
      AND status <> 'dropped'
      AND payment_status = 'completed'
  )
$$;

REVOKE ALL
  ON FUNCTION
    app_private.is_platform_admin(),
    app_private.my_org_id(),
    app_private.is_org_admin(UUID),
    app_private.leads_user(UUID),
    app_private.teaches_course(UUID, BOOLEAN),
    app_private.facilitates_workshop(UUID, BOOLEAN),
    app_private.enrolled_in(UUID)
  FROM PUBLIC;

-- A policy is evaluated with the rights of whoever asks.
GRANT EXECUTE
  ON FUNCTION
    app_private.is_platform_admin(),
    app_private.my_org_id(),
    app_private.is_org_admin(UUID),
    app_private.leads_user(UUID),
    app_private.teaches_course(UUID, BOOLEAN),
    app_private.facilitates_workshop(UUID, BOOLEAN),
    app_private.enrolled_in(UUID)
  TO authenticated, service_role;

COMMENT ON FUNCTION app_private.is_platform_admin() IS
  'Whether the caller is an active administrator of the platform.';
COMMENT ON FUNCTION app_private.my_org_id() IS
  'The organization of the caller; NULL for one who stands alone or is not active.';
COMMENT ON FUNCTION app_private.is_org_admin(UUID) IS
  'Whether the caller is an active administrator of that organization.';
COMMENT ON FUNCTION app_private.leads_user(UUID) IS
  'Whether the caller leads the team of that person, within one organization.';
COMMENT ON FUNCTION app_private.teaches_course(UUID, BOOLEAN) IS
  'Whether the caller teaches that course; with writing, whether the caller may change it too.';
COMMENT ON FUNCTION app_private.facilitates_workshop(UUID, BOOLEAN) IS
  'Whether the caller facilitates that workshop; with writing, whether the caller may change it too.';
COMMENT ON FUNCTION app_private.enrolled_in(UUID) IS
  'Whether the caller has an enrollment in that course that is paid and not dropped.';

-- Seats and progress. These run as their owner: nobody else may write the counters that they keep.

CREATE FUNCTION app_private.count_workshop_seats()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  freed UUID;
  taken UUID;
BEGIN
  IF TG_OP <> 'INSERT' AND OLD.status IN ('registered', 'attended') THEN
    freed := OLD.workshop_id;
  END IF;
  IF TG_OP <> 'DELETE' AND NEW.status IN ('registered', 'attended') THEN
    taken := NEW.workshop_id;
  END IF;
  IF freed IS NOT DISTINCT FROM taken THEN
    RETURN NULL;
  END IF;

  UPDATE public.workshops
  SET registered_count = registered_count - 1
  WHERE id = freed;

  -- The UPDATE waits for whoever takes a seat at the same moment; then workshops_capacity_limit_check
  -- refuses the one seat too many.
  UPDATE public.workshops
  SET registered_count = registered_count + 1
  WHERE id = taken;
  RETURN NULL;
END
$$;

CREATE FUNCTION app_private.roll_up_lesson_progress()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  enrollment UUID;
  before public.enrollment_status;
  after public.enrollment_status;
  begun BIGINT;
  share NUMERIC;
BEGIN
  IF TG_OP <> 'DELETE' AND NOT EXISTS (
    SELECT FROM public.course_enrollments
    JOIN public.course_modules
      ON course_modules.course_id = course_enrollments.course_id
    JOIN public.course_lessons
      ON course_lessons.module_id = course_modules.id
    WHERE course_enrollments.id = NEW.enrollment_id
      AND course_lessons.id = NEW.lesson_id
  ) THEN
    RAISE EXCEPTION 'lesson % is not in the course of enrollment %', NEW.lesson_id, NEW.enrollment_id
      USING ERRCODE = 'check_violation';
  END IF;

  FOR enrollment IN
    SELECT DISTINCT changed.id
    FROM unnest(ARRAY[OLD.enrollment_id, NEW.enrollment_id]) AS changed (id)
    ORDER BY changed.id
  LOOP
    -- Locked first, counted then: of two lessons completed at the same moment the later one counts both.
    SELECT status
    INTO before
    FROM public.course_enrollments
    WHERE id = enrollment
    FOR NO KEY UPDATE;

    -- NULL for the side that does not exist, and nothing for an enrollment that is just being deleted.
    CONTINUE WHEN NOT FOUND;

    SELECT
      count(lesson_progress.id),
      coalesce(round(100.0 * count(*) FILTER (WHERE lesson_progress.progress = 100) / nullif(count(*), 0), 2), 0)
    INTO begun, share
    FROM public.course_enrollments
    JOIN public.course_modules
      ON course_modules.course_id = course_enrollments.course_id
    JOIN public.course_lessons
      ON course_lessons.module_id = course_modules.id
    LEFT JOIN public.lesson_progress
      ON lesson_progress.lesson_id = course_lessons.id
     AND lesson_progress.enrollment_id = course_enrollments.id
    WHERE course_enrollments.id = enrollment;

    after := CASE
      -- Once completed, a course stays completed, whatever lessons it gets later; and dropped is a person's decision.
      WHEN before IN ('completed', 'dropped') THEN before
      WHEN share = 100 THEN 'completed'
      WHEN begun > 0 THEN 'in_progress'
      ELSE 'enrolled'
    END;

    UPDATE public.course_enrollments
    SET
      progress = share,
      status = after,
      completed_at = CASE
        WHEN after = 'completed' THEN coalesce(completed_at, now())
      END
    WHERE id = enrollment
      AND (progress <> share OR status <> after);
  END LOOP;
  RETURN NULL;
END
$$;

REVOKE ALL
  ON FUNCTION
    app_private.count_workshop_seats(),
    app_private.roll_up_lesson_progress()
  FROM PUBLIC;

COMMENT ON FUNCTION app_private.count_workshop_seats() IS
  'Trigger function: keeps workshops.registered_count.';
COMMENT ON FUNCTION app_private.roll_up_lesson_progress() IS
  'Trigger function: keeps progress, status and completed_at of course_enrollments; refuses a lesson of another course.';

CREATE TRIGGER workshop_registrations_capacity
  AFTER INSERT OR UPDATE OF workshop_id, status OR DELETE ON workshop_registrations
  FOR EACH ROW
  EXECUTE FUNCTION app_private.count_workshop_seats();

CREATE TRIGGER lesson_progress_rollup
  AFTER INSERT OR UPDATE OF enrollment_id, lesson_id, progress OR DELETE ON lesson_progress
  FOR EACH ROW
  EXECUTE FUNCTION app_private.roll_up_lesson_progress();

-- Row security. Policies are for authenticated only: anon reads nothing, and service_role is not bound by them.

ALTER TABLE organizations
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE teams
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE users
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE assessment_templates
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE assessments
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE assessment_responses
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE courses
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE course_modules
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE course_lessons
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE course_enrollments
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE lesson_progress
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE workshops
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE workshop_registrations
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE experts
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE expert_availability
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE consultations
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE resources
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE analytics_events
  ENABLE ROW LEVEL SECURITY;

CREATE POLICY organizations_select
  ON organizations
  FOR SELECT
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR id = (SELECT app_private.my_org_id())
  );

CREATE POLICY organizations_insert
  ON organizations
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
  );

CREATE POLICY organizations_update
  ON organizations
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(id)
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(id)
  );

CREATE POLICY teams_select
  ON teams
  FOR SELECT
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
    OR organization_id = (SELECT app_private.my_org_id())
  );

CREATE POLICY teams_insert
  ON teams
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY teams_update
  ON teams
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
    OR lead_id = (SELECT auth.uid())
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
    OR lead_id = (SELECT auth.uid())
  );

CREATE POLICY teams_delete
  ON teams
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY users_select
  ON users
  FOR SELECT
  TO authenticated
  USING (
    id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR organization_id = (SELECT app_private.my_org_id())
  );

CREATE POLICY users_update
  ON users
  FOR UPDATE
  TO authenticated
  USING (
    id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  )
  WITH CHECK (
    id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY assessment_templates_select
  ON assessment_templates
  FOR SELECT
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR (
      is_published
      AND (
        organization_id IS NULL
        OR organization_id = (SELECT app_private.my_org_id())
      )
    )
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY assessment_templates_insert
  ON assessment_templates
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY assessment_templates_update
  ON assessment_templates
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY assessment_templates_delete
  ON assessment_templates
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY assessments_select
  ON assessments
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
    OR app_private.leads_user(user_id)
  );

CREATE POLICY assessments_insert
  ON assessments
  FOR INSERT
  TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid())
    AND organization_id IS NOT DISTINCT FROM (SELECT app_private.my_org_id())
    AND EXISTS (
      SELECT FROM assessment_templates AS t
      WHERE t.id = assessments.template_id
    )
  );

CREATE POLICY assessments_update
  ON assessments
  FOR UPDATE
  TO authenticated
  USING (
    (user_id = (SELECT auth.uid()) AND status <> 'completed')
    OR (SELECT app_private.is_platform_admin())
  )
  WITH CHECK (
    (user_id = (SELECT auth.uid()) AND status <> 'completed')
    OR (SELECT app_private.is_platform_admin())
  );

CREATE POLICY assessment_responses_select
  ON assessment_responses
  FOR SELECT
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM assessments AS a
      WHERE a.id = assessment_responses.assessment_id
    )
  );

CREATE POLICY assessment_responses_insert
  ON assessment_responses
  FOR INSERT
  TO authenticated
  WITH CHECK (
    EXISTS (
      SELECT FROM assessments AS a
      WHERE a.id = assessment_responses.assessment_id
        AND a.user_id = (SELECT auth.uid())
        AND a.status = 'in_progress'
    )
  );

CREATE POLICY assessment_responses_update
  ON assessment_responses
  FOR UPDATE
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM assessments AS a
      WHERE a.id = assessment_responses.assessment_id
        AND a.user_id = (SELECT auth.uid())
        AND a.status = 'in_progress'
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM assessments AS a
      WHERE a.id = assessment_responses.assessment_id
        AND a.user_id = (SELECT auth.uid())
        AND a.status = 'in_progress'
    )
  );

CREATE POLICY courses_select
  ON courses
  FOR SELECT
  TO authenticated
  USING (
    (
      is_published
      AND (
        organization_id IS NULL
        OR organization_id = (SELECT app_private.my_org_id())
      )
    )
    OR (SELECT app_private.is_platform_admin())
    OR instructor_id = (SELECT auth.uid())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY courses_insert
  ON courses
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR (
      instructor_id = (SELECT auth.uid())
      AND (
        organization_id IS NULL
        OR organization_id = (SELECT app_private.my_org_id())
      )
    )
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY courses_update
  ON courses
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR instructor_id = (SELECT auth.uid())
    OR app_private.is_org_admin(organization_id)
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR instructor_id = (SELECT auth.uid())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY courses_delete
  ON courses
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR instructor_id = (SELECT auth.uid())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY course_modules_select
  ON course_modules
  FOR SELECT
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_modules.course_id
    )
  );

CREATE POLICY course_modules_insert
  ON course_modules
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.teaches_course(course_id, TRUE)
    OR EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_modules.course_id
        AND app_private.is_org_admin(c.organization_id)
    )
  );

CREATE POLICY course_modules_update
  ON course_modules
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.teaches_course(course_id, TRUE)
    OR EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_modules.course_id
        AND app_private.is_org_admin(c.organization_id)
    )
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.teaches_course(course_id, TRUE)
    OR EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_modules.course_id
        AND app_private.is_org_admin(c.organization_id)
    )
  );

CREATE POLICY course_modules_delete
  ON course_modules
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.teaches_course(course_id, TRUE)
    OR EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_modules.course_id
        AND app_private.is_org_admin(c.organization_id)
    )
  );

CREATE POLICY course_lessons_select
  ON course_lessons
  FOR SELECT
  TO authenticated
  USING (
    is_preview
    OR EXISTS (
      SELECT FROM course_modules AS m
      WHERE m.id = course_lessons.module_id
        AND (
          app_private.enrolled_in(m.course_id)
          OR app_private.teaches_course(m.course_id)
        )
    )
    OR (SELECT app_private.is_platform_admin())
  );

CREATE POLICY course_lessons_insert
  ON course_lessons
  FOR INSERT
  TO authenticated
  WITH CHECK (
    EXISTS (
      SELECT FROM course_modules AS m
      WHERE m.id = course_lessons.module_id
        AND (
          (SELECT app_private.is_platform_admin())
          OR app_private.teaches_course(m.course_id, TRUE)
        )
    )
  );

CREATE POLICY course_lessons_update
  ON course_lessons
  FOR UPDATE
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM course_modules AS m
      WHERE m.id = course_lessons.module_id
        AND (
          (SELECT app_private.is_platform_admin())
          OR app_private.teaches_course(m.course_id, TRUE)
        )
    )
  )
  WITH CHECK (
    EXISTS (
      SELECT FROM course_modules AS m
      WHERE m.id = course_lessons.module_id
        AND (
          (SELECT app_private.is_platform_admin())
          OR app_private.teaches_course(m.course_id, TRUE)
        )
    )
  );

CREATE POLICY course_lessons_delete
  ON course_lessons
  FOR DELETE
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM course_modules AS m
      WHERE m.id = course_lessons.module_id
        AND (
          (SELECT app_private.is_platform_admin())
          OR app_private.teaches_course(m.course_id, TRUE)
        )
    )
  );

CREATE POLICY course_enrollments_select
  ON course_enrollments
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
    OR app_private.teaches_course(course_id)
    OR app_private.leads_user(user_id)
  );

CREATE POLICY course_enrollments_insert
  ON course_enrollments
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (
      user_id = (SELECT auth.uid())
      AND organization_id IS NOT DISTINCT FROM (SELECT app_private.my_org_id())
      AND price_paid = 0
      AND status = 'enrolled'
      AND progress = 0
      AND EXISTS (
        SELECT FROM courses AS c
        WHERE c.id = course_enrollments.course_id
          AND c.price = 0
      )
    )
    OR (SELECT app_private.is_platform_admin())
  );

CREATE POLICY course_enrollments_update
  ON course_enrollments
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY lesson_progress_select
  ON lesson_progress
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM course_enrollments AS e
      WHERE e.id = lesson_progress.enrollment_id
        AND app_private.teaches_course(e.course_id)
    )
  );

CREATE POLICY lesson_progress_insert
  ON lesson_progress
  FOR INSERT
  TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid())
  );

CREATE POLICY lesson_progress_update
  ON lesson_progress
  FOR UPDATE
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
  )
  WITH CHECK (
    user_id = (SELECT auth.uid())
  );

CREATE POLICY workshops_select
  ON workshops
  FOR SELECT
  TO authenticated
  USING (
    (
      status <> 'draft'
      AND (
        organization_id IS NULL
        OR organization_id = (SELECT app_private.my_org_id())
      )
    )
    OR facilitator_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY workshops_insert
  ON workshops
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (
      facilitator_id = (SELECT auth.uid())
      AND (
        organization_id IS NULL
        OR organization_id = (SELECT app_private.my_org_id())
      )
    )
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY workshops_update
  ON workshops
  FOR UPDATE
  TO authenticated
  USING (
    facilitator_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  )
  WITH CHECK (
    facilitator_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY workshops_delete
  ON workshops
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY workshop_registrations_select
  ON workshop_registrations
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
    OR app_private.facilitates_workshop(workshop_id)
  );

CREATE POLICY workshop_registrations_insert
  ON workshop_registrations
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (
      user_id = (SELECT auth.uid())
      AND organization_id IS NOT DISTINCT FROM (SELECT app_private.my_org_id())
      AND price_paid = 0
      AND status IN ('registered','waitlisted')
      AND EXISTS (
        SELECT FROM workshops AS w
        WHERE w.id = workshop_registrations.workshop_id
          AND w.price = 0
          AND w.status = 'published'
      )
    )
    OR (SELECT app_private.is_platform_admin())
  );

CREATE POLICY workshop_registrations_update
  ON workshop_registrations
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.facilitates_workshop(workshop_id, TRUE)
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.facilitates_workshop(workshop_id, TRUE)
  );

CREATE POLICY experts_select
  ON experts
  FOR SELECT
  TO authenticated
  USING (
    is_active
    OR (SELECT app_private.is_platform_admin())
    OR user_id = (SELECT auth.uid())
  );

CREATE POLICY experts_insert
  ON experts
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
  );

CREATE POLICY experts_update
  ON experts
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR user_id = (SELECT auth.uid())
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR user_id = (SELECT auth.uid())
  );

CREATE POLICY expert_availability_select
  ON expert_availability
  FOR SELECT
  TO authenticated
  USING (
    EXISTS (
      SELECT FROM experts AS x
      WHERE x.id = expert_availability.expert_id
    )
  );

CREATE POLICY expert_availability_insert
  ON expert_availability
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM experts AS x
      WHERE x.id = expert_availability.expert_id
        AND x.user_id = (SELECT auth.uid())
    )
  );

CREATE POLICY expert_availability_update
  ON expert_availability
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM experts AS x
      WHERE x.id = expert_availability.expert_id
        AND x.user_id = (SELECT auth.uid())
    )
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM experts AS x
      WHERE x.id = expert_availability.expert_id
        AND x.user_id = (SELECT auth.uid())
    )
  );

CREATE POLICY expert_availability_delete
  ON expert_availability
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM experts AS x
      WHERE x.id = expert_availability.expert_id
        AND x.user_id = (SELECT auth.uid())
    )
  );

CREATE POLICY consultations_select
  ON consultations
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
    OR EXISTS (
      SELECT FROM experts AS x
      WHERE x.id = consultations.expert_id
        AND x.user_id = (SELECT auth.uid())
    )
  );

CREATE POLICY consultations_insert
  ON consultations
  FOR INSERT
  TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid())
    AND organization_id IS NOT DISTINCT FROM (SELECT app_private.my_org_id())
    AND status = 'requested'
    AND payment_status = 'pending'
    AND price_paid = 0
  );

CREATE POLICY consultations_update
  ON consultations
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM experts AS x
      WHERE x.id = consultations.expert_id
        AND x.user_id = (SELECT auth.uid())
    )
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM experts AS x
      WHERE x.id = consultations.expert_id
        AND x.user_id = (SELECT auth.uid())
    )
  );

CREATE POLICY resources_select
  ON resources
  FOR SELECT
  TO authenticated
  USING (
    is_public
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
    OR organization_id = (SELECT app_private.my_org_id())
  );

CREATE POLICY resources_insert
  ON resources
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY resources_update
  ON resources
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY resources_delete
  ON resources
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY analytics_events_select
  ON analytics_events
  FOR SELECT
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.is_org_admin(organization_id)
  );

CREATE POLICY analytics_events_insert
  ON analytics_events
  FOR INSERT
  TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid())
    AND organization_id IS NOT DISTINCT FROM (SELECT app_private.my_org_id())
  );

-- Privileges. The platform gives clients everything on new tables; row security knows rows and no columns. So all is
-- taken away, TRUNCATE among it, which row security does not see, and each table gives back what a policy is for.
REVOKE ALL
  ON
    organizations,
    teams,
    users,
    assessment_templates,
    assessments,
    assessment_responses,
    courses,
    course_modules,
    course_lessons,
    course_enrollments,
    lesson_progress,
    workshops,
    workshop_registrations,
    experts,
    expert_availability,
    consultations,
    resources,
    analytics_events
  FROM PUBLIC, anon, authenticated;

GRANT SELECT
  ON
    organizations,
    teams,
    users,
    assessment_templates,
    assessments,
    assessment_responses,
    courses,
    course_modules,
    course_lessons,
    course_enrollments,
    lesson_progress,
    workshops,
    workshop_registrations,
    experts,
    expert_availability,
    consultations,
    resources,
    analytics_events
  TO anon, authenticated;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON
    organizations,
    teams,
    users,
    assessment_templates,
    assessments,
    assessment_responses,
    courses,
    course_modules,
    course_lessons,
    course_enrollments,
    lesson_progress,
    workshops,
    workshop_registrations,
    experts,
    expert_availability,
    consultations,
    resources,
    analytics_events
  TO service_role;

GRANT DELETE
  ON
    teams,
    assessment_templates,
    courses,
    course_modules,
    course_lessons,
    workshops,
    expert_availability,
    resources
  TO authenticated;

GRANT INSERT
  ON
    organizations,
    teams,
    assessment_templates,
    course_modules,
    course_lessons,
    lesson_progress,
    experts,
    expert_availability,
    analytics_events
  TO authenticated;

-- Not the subscription.
GRANT
    UPDATE (name, logo_url, website, industry, settings)
  ON organizations
  TO authenticated;

-- A team stays in its organization.
GRANT
    UPDATE (name, description, lead_id, is_active)
  ON teams
  TO authenticated;

-- Not role, organization, team or is_active: a person cannot promote himself.
GRANT
    UPDATE (full_name, avatar_url, job_title, preferences)
  ON users
  TO authenticated;

GRANT
    UPDATE (title, description, version, questions, scoring_config, is_published)
  ON assessment_templates
  TO authenticated;

-- Not the score.
GRANT
    INSERT (template_id, user_id, organization_id),
    UPDATE (status, started_at, completed_at)
  ON assessments
  TO authenticated;

GRANT
    INSERT (assessment_id, question_key, response),
    UPDATE (response, answered_at)
  ON assessment_responses
  TO authenticated;

-- A course stays in its organization.
GRANT
    INSERT (id, organization_id, instructor_id, title, slug, description, category, tags, thumbnail_url, price,
    currency, is_published, created_by),
    UPDATE (instructor_id, title, slug, description, category, tags, thumbnail_url, price, currency, is_published)
  ON courses
  TO authenticated;

-- A module stays in its course.
GRANT
    UPDATE (title, description, order_index)
  ON course_modules
  TO authenticated;

GRANT
    UPDATE (module_id, title, content_type, content, video_url, duration_minutes, order_index, is_preview)
  ON course_lessons
  TO authenticated;

-- Not the price, the payment or the progress.
GRANT
    INSERT (course_id, user_id, organization_id),
    UPDATE (status, completed_at)
  ON course_enrollments
  TO authenticated;

-- Progress stays with its enrollment and its lesson.
GRANT
    UPDATE (progress, time_spent_seconds, last_accessed_at, completed_at)
  ON lesson_progress
  TO authenticated;

-- Not the seat counter; a workshop stays in its organization.
GRANT
    INSERT (id, organization_id, facilitator_id, title, slug, description, status, starts_at, ends_at, capacity, price,
    currency, location, meeting_url),
    UPDATE (facilitator_id, title, slug, description, status, starts_at, ends_at, capacity, price, currency, location,
    meeting_url)
  ON workshops
  TO authenticated;

-- Not the price or the payment.
GRANT
    INSERT (workshop_id, user_id, organization_id, status),
    UPDATE (status, attended_at, cancelled_at)
  ON workshop_registrations
  TO authenticated;

-- Not the rating.
GRANT
    UPDATE (display_name, bio, expertise, hourly_rate, is_active)
  ON experts
  TO authenticated;

GRANT
    UPDATE (starts_at, ends_at, is_booked)
  ON expert_availability
  TO authenticated;

-- Not the price or the payment.
GRANT
    INSERT (expert_id, user_id, organization_id, availability_id, scheduled_at, duration_minutes, notes),
    UPDATE (status, scheduled_at, duration_minutes, notes)
  ON consultations
  TO authenticated;

-- Not the counter of downloads.
GRANT
    INSERT (id, organization_id, title, description, resource_type, file_path, external_url, tags, is_public,
    created_by),
    UPDATE (title, description, resource_type, file_path, external_url, tags, is_public)
  ON resources
  TO authenticated;

-- Functions of the API. They run with the caller's rights: row security decides what they see.

CREATE FUNCTION get_user_adaptability_score(person UUID)
  RETURNS NUMERIC
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  SELECT round(avg(latest.overall_score), 2)
  FROM (
    SELECT DISTINCT ON (assessments.template_id) assessments.overall_score
    FROM public.assessments
    WHERE assessments.user_id = person
      AND assessments.status = 'completed'
      AND assessments.overall_score IS NOT NULL
    ORDER BY assessments.template_id, assessments.completed_at DESC, assessments.id
  ) AS latest
$$;

CREATE FUNCTION get_organization_metrics(organization UUID)
  RETURNS TABLE (
    user_count BIGINT,
    active_user_count BIGINT,
    team_count BIGINT,
    course_count BIGINT,
    enrollment_count BIGINT,
    completed_enrollment_count BIGINT,
    average_progress NUMERIC,
    completed_assessment_count BIGINT,
    average_score NUMERIC,
    workshop_count BIGINT
  )
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  SELECT
    people.total,
    people.active,
    (SELECT count(*) FROM public.teams WHERE teams.organization_id = organization),
    (SELECT count(*) FROM public.courses WHERE courses.organization_id = organization),
    learning.total,
    learning.completed,
    learning.progress,
    assessed.total,
    assessed.score,
    (SELECT count(*) FROM public.workshops WHERE workshops.organization_id = organization)
  FROM (
    SELECT count(*) AS total, count(*) FILTER (WHERE users.is_active) AS active
    FROM public.users
    WHERE users.organization_id = organization
  ) AS people
  CROSS JOIN (
    SELECT
      count(*) AS total,
      count(*) FILTER (WHERE course_enrollments.status = 'completed') AS completed,
      round(avg(course_enrollments.progress), 2) AS progress
    FROM public.course_enrollments
    WHERE course_enrollments.organization_id = organization
  ) AS learning
  CROSS JOIN (
    SELECT count(*) AS total, round(avg(assessments.overall_score), 2) AS score
    FROM public.assessments
    WHERE assessments.organization_id = organization
      AND assessments.status = 'completed'
  ) AS assessed
$$;

CREATE FUNCTION get_course_progress(person UUID, course UUID)
  RETURNS TABLE (
    status public.enrollment_status,
    progress NUMERIC,
    total_lessons BIGINT,
    completed_lessons BIGINT,
    time_spent_seconds BIGINT,
    last_accessed_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ
  )
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  -- Row security lets whoever administers an organization or leads a team see the enrollment and not its lessons. Then
  -- the lessons are not known here, which is not the same as none.
  SELECT
    enrollment.status,
    enrollment.progress,
    CASE WHEN known.lessons THEN steps.total END,
    CASE WHEN known.lessons THEN steps.completed END,
    CASE WHEN known.lessons THEN steps.seconds END,
    CASE WHEN known.lessons THEN steps.latest END,
    enrollment.completed_at
  FROM public.course_enrollments AS enrollment
  CROSS JOIN LATERAL (
    SELECT
      NOT row_security_active('public.course_lessons')
      OR (SELECT app_private.is_platform_admin())
      OR app_private.teaches_course(enrollment.course_id)
      OR (enrollment.user_id = (SELECT auth.uid()) AND app_private.enrolled_in(enrollment.course_id)) AS lessons
  ) AS known
  CROSS JOIN LATERAL (
    SELECT
      count(*) AS total,
      count(*) FILTER (WHERE lesson_progress.progress = 100) AS completed,
      coalesce(sum(lesson_progress.time_spent_seconds), 0) AS seconds,
      max(lesson_progress.last_accessed_at) AS latest
    FROM public.course_modules
    JOIN public.course_lessons
      ON course_lessons.module_id = course_modules.id
    LEFT JOIN public.lesson_progress
      ON lesson_progress.lesson_id = course_lessons.id
     AND lesson_progress.enrollment_id = enrollment.id
    WHERE course_modules.course_id = enrollment.course_id
  ) AS steps
  WHERE enrollment.user_id = person
    AND enrollment.course_id = course
$$;

CREATE FUNCTION get_workshop_availability(workshop UUID)
  RETURNS TABLE (
    capacity INTEGER,
    registered_count INTEGER,
    available_seats INTEGER,
    is_full BOOLEAN,
    is_open BOOLEAN
  )
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  SELECT
    workshops.capacity,
    workshops.registered_count,
    workshops.capacity - workshops.registered_count,
    workshops.registered_count >= workshops.capacity,
    workshops.status = 'published' AND workshops.starts_at > now()
  FROM public.workshops
  WHERE workshops.id = workshop
$$;

CREATE FUNCTION get_expert_availability(expert UUID, from_time TIMESTAMPTZ, to_time TIMESTAMPTZ)
  RETURNS TABLE (
    availability_id UUID,
    starts_at TIMESTAMPTZ,
    ends_at TIMESTAMPTZ
  )
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  SELECT slot.id, slot.starts_at, slot.ends_at
  FROM public.expert_availability AS slot
  WHERE slot.expert_id = expert
    AND slot.starts_at < to_time
    AND slot.ends_at > from_time
    AND NOT slot.is_booked
    AND NOT EXISTS (
      SELECT FROM public.consultations
      WHERE consultations.availability_id = slot.id
        AND consultations.status <> 'cancelled'
    )
  ORDER BY slot.starts_at
$$;

REVOKE ALL
  ON FUNCTION
    get_user_adaptability_score(UUID),
    get_organization_metrics(UUID),
    get_course_progress(UUID, UUID),
    get_workshop_availability(UUID),
    get_expert_availability(UUID, TIMESTAMPTZ, TIMESTAMPTZ)
  FROM PUBLIC, anon;

GRANT EXECUTE
  ON FUNCTION
    get_user_adaptability_score(UUID),
    get_organization_metrics(UUID),
    get_course_progress(UUID, UUID),
    get_workshop_availability(UUID),
    get_expert_availability(UUID, TIMESTAMPTZ, TIMESTAMPTZ)
  TO authenticated, service_role;

COMMENT ON FUNCTION get_user_adaptability_score(UUID) IS
  'The mean of the latest score of each template that the person has completed, 0 to 100; NULL without one.';
COMMENT ON FUNCTION get_organization_metrics(UUID) IS
  'Figures of an organization, as far as the caller may see its rows.';
COMMENT ON FUNCTION get_course_progress(UUID, UUID) IS
  'How far a person is in a course; no row without an enrollment that the caller may see, NULL for lessons that he may not.';
COMMENT ON FUNCTION get_workshop_availability(UUID) IS
  'Seats of a workshop; no row for one that the caller may not see.';
COMMENT ON FUNCTION get_expert_availability(UUID, TIMESTAMPTZ, TIMESTAMPTZ) IS
  'Free slots of an expert that touch a span of time.';

-- Overviews. A materialized view knows no row security, so clients get none of it; a service reads and refreshes.

CREATE MATERIALIZED VIEW organization_overview AS
SELECT
  organizations.id AS organization_id,
  organizations.name,
  organizations.subscription_tier,
  people.total AS user_count,
  people.active AS active_user_count,
  (SELECT count(*) FROM teams WHERE teams.organization_id = organizations.id) AS team_count,
  (SELECT count(*) FROM courses WHERE courses.organization_id = organizations.id) AS course_count,
  learning.total AS enrollment_count,
  learning.completed AS completed_enrollment_count,
  learning.progress AS average_progress,
  assessed.total AS completed_assessment_count,
  assessed.score AS average_score
FROM organizations
CROSS JOIN LATERAL (
  SELECT count(*) AS total, count(*) FILTER (WHERE users.is_active) AS active
  FROM users
  WHERE users.organization_id = organizations.id
) AS people
CROSS JOIN LATERAL (
  SELECT
    count(*) AS total,
    count(*) FILTER (WHERE course_enrollments.status = 'completed') AS completed,
    round(avg(course_enrollments.progress), 2) AS progress
  FROM course_enrollments
  WHERE course_enrollments.organization_id = organizations.id
) AS learning
CROSS JOIN LATERAL (
  SELECT count(*) AS total, round(avg(assessments.overall_score), 2) AS score
  FROM assessments
  WHERE assessments.organization_id = organizations.id
    AND assessments.status = 'completed'
) AS assessed;

CREATE UNIQUE INDEX idx_organization_overview_organization_id
  ON organization_overview (organization_id);

CREATE MATERIALIZED VIEW user_learning_progress AS
SELECT
  users.id AS user_id,
  users.organization_id,
  learning.total AS enrollment_count,
  learning.completed AS completed_enrollment_count,
  learning.progress AS average_progress,
  steps.completed AS completed_lesson_count,
  steps.seconds AS time_spent_seconds,
  steps.latest AS last_accessed_at
FROM users
CROSS JOIN LATERAL (
  SELECT
    count(*) AS total,
    count(*) FILTER (WHERE course_enrollments.status = 'completed') AS completed,
    round(avg(course_enrollments.progress), 2) AS progress
  FROM course_enrollments
  WHERE course_enrollments.user_id = users.id
) AS learning
CROSS JOIN LATERAL (
  SELECT
    count(*) FILTER (WHERE lesson_progress.progress = 100) AS completed,
    coalesce(sum(lesson_progress.time_spent_seconds), 0) AS seconds,
    max(lesson_progress.last_accessed_at) AS latest
  FROM lesson_progress
  WHERE lesson_progress.user_id = users.id
) AS steps;

CREATE UNIQUE INDEX idx_user_learning_progress_user_id
  ON user_learning_progress (user_id);

COMMENT ON MATERIALIZED VIEW organization_overview IS
  'A row an organization: people, learning, assessments; as true as its last refresh.';
COMMENT ON MATERIALIZED VIEW user_learning_progress IS
  'A row a user: courses, lessons, time; as true as its last refresh.';

REVOKE ALL
  ON organization_overview, user_learning_progress
  FROM PUBLIC, anon, authenticated;

GRANT SELECT
  ON organization_overview, user_learning_progress
  TO service_role;

-- Only its owner refreshes a materialized view (before PostgreSQL 17, nobody else could be allowed to).
CREATE FUNCTION app_private.refresh_overviews()
  RETURNS VOID
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
BEGIN
  -- The unique indexes let readers go on meanwhile.
  REFRESH MATERIALIZED VIEW CONCURRENTLY public.organization_overview;
  REFRESH MATERIALIZED VIEW CONCURRENTLY public.user_learning_progress;
END
$$;

REVOKE ALL
  ON FUNCTION app_private.refresh_overviews()
  FROM PUBLIC;

GRANT EXECUTE
  ON FUNCTION app_private.refresh_overviews()
  TO service_role;

COMMENT ON FUNCTION app_private.refresh_overviews() IS
  'Refreshes the materialized views; for a service that does so at intervals.';

-- Storage. On Supabase the tables belong to the platform, which lets a project add buckets and policies and nothing
-- else. Where it does not let it, that is said in words, and nothing of this migration remains.
DO $$
DECLARE
  other TEXT;
BEGIN
  CREATE POLICY humanglue_preflight
    ON storage.objects
    FOR SELECT
    TO authenticated
    USING (FALSE);
  DROP POLICY humanglue_preflight
    ON storage.objects;

  SELECT string_agg(buckets.id, ', ' ORDER BY buckets.id)
  INTO other
  FROM storage.buckets
  JOIN (VALUES
    ('assessment-recordings', FALSE),
    ('course-content', TRUE),
    ('avatars', TRUE),
    ('organization-logos', TRUE),
    ('workshop-materials', FALSE),
    ('resources', FALSE)
  ) AS wanted (id, public)
    ON wanted.id = buckets.id
   AND wanted.public IS DISTINCT FROM buckets.public;

  -- Opening what somebody keeps closed, or the other way round, is for a person to decide.
  IF other IS NOT NULL THEN
    RAISE EXCEPTION 'storage buckets of these names exist, but public where they should be private or the other way round: %', other
      USING
        ERRCODE = 'object_not_in_prerequisite_state',
        HINT = 'Change whether they are public, or rename them; then run the migration again.';
  END IF;
EXCEPTION
  WHEN insufficient_privilege THEN
    RAISE EXCEPTION 'the role % may not make policies on storage.objects: %', current_user, SQLERRM
      USING
        ERRCODE = 'insufficient_privilege',
        HINT = 'Run the migrations as the role that the platform lets do this; on Supabase that is postgres.';
END
$$;

-- Which buckets this migration made: the rollback takes these and no others.
CREATE TABLE lms_db.humanglue_001_buckets (
  id TEXT NOT NULL,
  CONSTRAINT humanglue_001_buckets_pkey
    PRIMARY KEY (id)
);

COMMENT ON TABLE lms_db.humanglue_001_buckets IS
  'The storage buckets that the migration 001_multi_tenant_schema of humanglue made.';

WITH made AS (
  INSERT INTO storage.buckets (id, name, public)
  VALUES
    ('assessment-recordings', 'assessment-recordings', FALSE),
    ('course-content', 'course-content', TRUE),
    ('avatars', 'avatars', TRUE),
    ('organization-logos', 'organization-logos', TRUE),
    ('workshop-materials', 'workshop-materials', FALSE),
    ('resources', 'resources', FALSE)
  ON CONFLICT (id)
  DO NOTHING
  RETURNING id
)
INSERT INTO lms_db.humanglue_001_buckets (id)
SELECT id
FROM made;

CREATE POLICY humanglue_assessment_recordings_select
  ON storage.objects
  FOR SELECT
  TO authenticated
  USING (
    bucket_id = 'assessment-recordings'
    AND (
      (storage.foldername(name))[1] = (SELECT auth.uid())::TEXT
      OR (SELECT app_private.is_platform_admin())
    )
  );

CREATE POLICY humanglue_assessment_recordings_insert
  ON storage.objects
  FOR INSERT
  TO authenticated
  WITH CHECK (
    bucket_id = 'assessment-recordings'
    AND (storage.foldername(name))[1] = (SELECT auth.uid())::TEXT
  );

CREATE POLICY humanglue_course_content_select
  ON storage.objects
  FOR SELECT
  TO authenticated
  USING (
    bucket_id = 'course-content'
  );

CREATE POLICY humanglue_course_content_insert
  ON storage.objects
  FOR INSERT
  TO authenticated
  WITH CHECK (
    bucket_id = 'course-content'
    AND (SELECT app_private.is_platform_admin())
  );

CREATE POLICY humanglue_avatars_select
  ON storage.objects
  FOR SELECT
  TO authenticated
  USING (
    bucket_id = 'avatars'
  );

CREATE POLICY humanglue_avatars_insert
  ON storage.objects
  FOR INSERT
  TO authenticated
  WITH CHECK (
    bucket_id = 'avatars'
    AND (storage.foldername(name))[1] = (SELECT auth.uid())::TEXT
  );

CREATE POLICY humanglue_organization_logos_select
  ON storage.objects
  FOR SELECT
  TO authenticated
  USING (
    bucket_id = 'organization-logos'
  );

CREATE POLICY humanglue_organization_logos_insert
  ON storage.objects
  FOR INSERT
  TO authenticated
  WITH CHECK (
    bucket_id = 'organization-logos'
    AND (SELECT app_private.is_platform_admin())
  );

CREATE POLICY humanglue_workshop_materials_select
  ON storage.objects
  FOR SELECT
  TO authenticated
  USING (
    bucket_id = 'workshop-materials'
  );

CREATE POLICY humanglue_workshop_materials_insert
  ON storage.objects
  FOR INSERT
  TO authenticated
  WITH CHECK (
    bucket_id = 'workshop-materials'
    AND (SELECT app_private.is_platform_admin())
  );

CREATE POLICY humanglue_resources_select
  ON storage.objects
  FOR SELECT
  TO authenticated
  USING (
    bucket_id = 'resources'
  );

CREATE POLICY humanglue_resources_insert
  ON storage.objects
  FOR INSERT
  TO authenticated
  WITH CHECK (
    bucket_id = 'resources'
    AND (SELECT app_private.is_platform_admin())
  );
