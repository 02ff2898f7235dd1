-- Adds instructors: profiles, settings, co-teaching, reviews, feedback, revenue, student progress and activity; courses and
-- workshops get statistics that triggers keep, also for the rows that are there already.
-- @phase instructors
-- @risk medium enrollments, lesson progress and registrations cannot be written while what is there is counted; courses and workshops cannot be read for the last part of it
-- @downtime writing courses, enrollments, lesson progress and registrations waits until everything is counted
-- @app-change clients name the columns of courses and workshops: total_revenue is not for them, so SELECT * is refused; a course is published with is_published and status
-- @requires 001
-- @allow explicit-lock-table the lock that CREATE TRIGGER takes on them later, taken before anything is counted
-- @allow wide-lock-window the document is one migration; its statistics and the triggers that keep them begin at one moment, or rows are missed in between
-- @allow backfill-in-ddl-transaction for the same reason; what takes long is computed before courses and workshops are locked
-- @allow validate-in-same-transaction the columns are new and the tables are locked for them anyway
-- @allow index-create-blocking as above: the tables of courses and workshops, small beside their enrollments
-- @allow work-after-access-exclusive as above

-- What is counted below must not change until the triggers count on. Progress first, then enrollments: the order in which
-- a lesson that is completed asks for them.
LOCK TABLE lesson_progress, course_enrollments, workshop_registrations, courses, workshops
  IN SHARE ROW EXCLUSIVE MODE;

CREATE TYPE course_status AS ENUM (
  'draft',
  'published',
  'archived'
);

CREATE TYPE course_difficulty AS ENUM (
  'beginner',
  'intermediate',
  'advanced'
);

CREATE TYPE workshop_type AS ENUM (
  'online',
  'in_person',
  'hybrid'
);

CREATE TYPE transaction_type AS ENUM (
  'course_enrollment',
  'workshop_registration',
  'consultation',
  'refund'
);

CREATE TYPE payout_schedule AS ENUM (
  'weekly',
  'biweekly',
  'monthly'
);

CREATE TYPE activity_type AS ENUM (
  'enrolled',
  'lesson_started',
  'lesson_completed',
  'course_completed',
  'workshop_registered',
  'workshop_attended',
  'review_posted'
);

COMMENT ON TYPE course_status IS
  'Where a course stands in the eyes of its instructor; is_published is what row security asks for.';
COMMENT ON TYPE course_difficulty IS
  'For whom a course is.';
COMMENT ON TYPE workshop_type IS
  'Where a workshop takes place.';
COMMENT ON TYPE transaction_type IS
  'What was sold; refund takes a sale back.';
COMMENT ON TYPE payout_schedule IS
  'How often an instructor is paid out.';
COMMENT ON TYPE activity_type IS
  'What a student did.';

-- Tables

CREATE TABLE instructor_profiles (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  organization_id UUID,
  headline TEXT,
  bio TEXT,
  expertise_tags TEXT[] NOT NULL DEFAULT '{}',
  is_verified BOOLEAN NOT NULL DEFAULT FALSE,
  total_students INTEGER NOT NULL DEFAULT 0,
  total_courses INTEGER NOT NULL DEFAULT 0,
  total_workshops INTEGER NOT NULL DEFAULT 0,
  average_rating NUMERIC(3, 2),
  total_revenue NUMERIC(12, 2) NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT instructor_profiles_pkey
    PRIMARY KEY (id),
  CONSTRAINT instructor_profiles_user_id_key
    UNIQUE (user_id),
  CONSTRAINT instructor_profiles_total_students_check
    CHECK (total_students >= 0),
  CONSTRAINT instructor_profiles_total_courses_check
    CHECK (total_courses >= 0),
  CONSTRAINT instructor_profiles_total_workshops_check
    CHECK (total_workshops >= 0),
  CONSTRAINT instructor_profiles_average_rating_check
    CHECK (average_rating BETWEEN 1 AND 5),
  CONSTRAINT instructor_profiles_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT instructor_profiles_organization_id_fkey
    FOREIGN KEY (organization_id)
    REFERENCES organizations (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_instructor_profiles_organization_id
  ON instructor_profiles (organization_id);

CREATE INDEX idx_instructor_profiles_average_rating
  ON instructor_profiles (average_rating);

CREATE INDEX idx_instructor_profiles_user_id_verified
  ON instructor_profiles (user_id)
  WHERE is_verified;

CREATE INDEX idx_instructor_profiles_expertise_tags_gin
  ON instructor_profiles USING gin (expertise_tags);

CREATE TABLE instructor_settings (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  instructor_id UUID NOT NULL,
  email_notifications JSONB NOT NULL DEFAULT '{}',
  payout_schedule payout_schedule NOT NULL DEFAULT 'monthly',
  payout_method TEXT,
  platform_fee_percent NUMERIC(5, 2) NOT NULL DEFAULT 20,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT instructor_settings_pkey
    PRIMARY KEY (id),
  CONSTRAINT instructor_settings_instructor_id_key
    UNIQUE (instructor_id),
  CONSTRAINT instructor_settings_platform_fee_percent_check
    CHECK (platform_fee_percent BETWEEN 0 AND 100),
  CONSTRAINT instructor_settings_instructor_id_fkey
    FOREIGN KEY (instructor_id)
    REFERENCES users (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_instructor_settings_payout_schedule
  ON instructor_settings (payout_schedule);

CREATE TABLE student_progress (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  student_id UUID NOT NULL,
  course_id UUID NOT NULL,
  enrollment_id UUID NOT NULL,
  instructor_id UUID,
  lessons_completed INTEGER NOT NULL DEFAULT 0,
  total_lessons INTEGER NOT NULL DEFAULT 0,
  progress NUMERIC(5, 2) NOT NULL DEFAULT 0,
  last_activity_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  completed_at TIMESTAMPTZ,
  CONSTRAINT student_progress_pkey
    PRIMARY KEY (id),
  CONSTRAINT student_progress_student_id_course_id_key
    UNIQUE (student_id, course_id),
  CONSTRAINT student_progress_enrollment_id_key
    UNIQUE (enrollment_id),
  CONSTRAINT student_progress_lessons_completed_check
    CHECK (lessons_completed >= 0),
  CONSTRAINT student_progress_total_lessons_check
    CHECK (total_lessons >= 0),
  CONSTRAINT student_progress_progress_check
    CHECK (progress BETWEEN 0 AND 100),
  CONSTRAINT student_progress_student_id_fkey
    FOREIGN KEY (student_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT student_progress_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE,
  CONSTRAINT student_progress_enrollment_id_fkey
    FOREIGN KEY (enrollment_id)
    REFERENCES course_enrollments (id)
    ON DELETE CASCADE,
  CONSTRAINT student_progress_instructor_id_fkey
    FOREIGN KEY (instructor_id)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_student_progress_course_id_progress
  ON student_progress (course_id, progress);

CREATE INDEX idx_student_progress_instructor_id_last_activity_at
  ON student_progress (instructor_id, last_activity_at);

CREATE INDEX idx_student_progress_completed_at
  ON student_progress (completed_at)
  WHERE completed_at IS NOT NULL;

CREATE TABLE student_activity (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  student_id UUID NOT NULL,
  course_id UUID,
  workshop_id UUID,
  instructor_id UUID,
  activity_type activity_type NOT NULL,
  metadata JSONB NOT NULL DEFAULT '{}',
  occurred_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT student_activity_pkey
    PRIMARY KEY (id),
  CONSTRAINT student_activity_student_id_fkey
    FOREIGN KEY (student_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT student_activity_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE,
  CONSTRAINT student_activity_workshop_id_fkey
    FOREIGN KEY (workshop_id)
    REFERENCES workshops (id)
    ON DELETE CASCADE,
  CONSTRAINT student_activity_instructor_id_fkey
    FOREIGN KEY (instructor_id)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE INDEX idx_student_activity_student_id_occurred_at
  ON student_activity (student_id, occurred_at);

CREATE INDEX idx_student_activity_course_id_occurred_at
  ON student_activity (course_id, occurred_at);

CREATE INDEX idx_student_activity_workshop_id
  ON student_activity (workshop_id);

CREATE INDEX idx_student_activity_instructor_id_occurred_at
  ON student_activity (instructor_id, occurred_at);

CREATE INDEX idx_student_activity_activity_type
  ON student_activity (activity_type);

CREATE INDEX idx_student_activity_metadata_gin
  ON student_activity USING gin (metadata jsonb_path_ops);

CREATE TABLE revenue_transactions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  instructor_id UUID NOT NULL,
  student_id UUID,
  enrollment_id UUID,
  registration_id UUID,
  consultation_id UUID,
  transaction_type transaction_type NOT NULL,
  gross_amount NUMERIC(12, 2) NOT NULL,
  platform_fee NUMERIC(12, 2) NOT NULL,
  net_amount NUMERIC(12, 2) NOT NULL,
  currency CHAR(3) NOT NULL DEFAULT 'USD',
  status payment_status NOT NULL DEFAULT 'completed',
  occurred_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT revenue_transactions_pkey
    PRIMARY KEY (id),
  CONSTRAINT revenue_transactions_net_check
    CHECK (net_amount = gross_amount - platform_fee),
  CONSTRAINT revenue_transactions_sign_check
    CHECK ((transaction_type = 'refund') = (gross_amount < 0) OR gross_amount = 0),
  CONSTRAINT revenue_transactions_instructor_id_fkey
    FOREIGN KEY (instructor_id)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT revenue_transactions_student_id_fkey
    FOREIGN KEY (student_id)
    REFERENCES users (id)
    ON DELETE SET NULL,
  CONSTRAINT revenue_transactions_enrollment_id_fkey
    FOREIGN KEY (enrollment_id)
    REFERENCES course_enrollments (id)
    ON DELETE SET NULL,
  CONSTRAINT revenue_transactions_registration_id_fkey
    FOREIGN KEY (registration_id)
    REFERENCES workshop_registrations (id)
    ON DELETE SET NULL,
  CONSTRAINT revenue_transactions_consultation_id_fkey
    FOREIGN KEY (consultation_id)
    REFERENCES consultations (id)
    ON DELETE SET NULL
);

CREATE UNIQUE INDEX idx_revenue_transactions_enrollment_once
  ON revenue_transactions (enrollment_id, instructor_id, transaction_type)
  WHERE enrollment_id IS NOT NULL;

CREATE UNIQUE INDEX idx_revenue_transactions_registration_once
  ON revenue_transactions (registration_id, instructor_id, transaction_type)
  WHERE registration_id IS NOT NULL;

CREATE INDEX idx_revenue_transactions_instructor_id_occurred_at
  ON revenue_transactions (instructor_id, occurred_at);

CREATE INDEX idx_revenue_transactions_student_id
  ON revenue_transactions (student_id);

CREATE INDEX idx_revenue_transactions_enrollment_id
  ON revenue_transactions (enrollment_id);

CREATE INDEX idx_revenue_transactions_registration_id
  ON revenue_transactions (registration_id);

CREATE INDEX idx_revenue_transactions_consultation_id
  ON revenue_transactions (consultation_id);

CREATE INDEX idx_revenue_transactions_instructor_id_pending
  ON revenue_transactions (instructor_id)
  WHERE status = 'pending';

CREATE TABLE course_reviews (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  student_id UUID NOT NULL,
  enrollment_id UUID NOT NULL,
  rating SMALLINT NOT NULL,
  title TEXT,
  body TEXT,
  is_published BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_reviews_pkey
    PRIMARY KEY (id),
  CONSTRAINT course_reviews_course_id_student_id_key
    UNIQUE (course_id, student_id),
  CONSTRAINT course_reviews_rating_check
    CHECK (rating BETWEEN 1 AND 5),
  CONSTRAINT course_reviews_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE,
  CONSTRAINT course_reviews_student_id_fkey
    FOREIGN KEY (student_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT course_reviews_enrollment_id_fkey
    FOREIGN KEY (enrollment_id)
    REFERENCES course_enrollments (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_course_reviews_student_id
  ON course_reviews (student_id);

CREATE INDEX idx_course_reviews_enrollment_id
  ON course_reviews (enrollment_id);

CREATE INDEX idx_course_reviews_course_id_rating_published
  ON course_reviews (course_id, rating)
  WHERE is_published;

CREATE TABLE workshop_feedback (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  workshop_id UUID NOT NULL,
  student_id UUID NOT NULL,
  registration_id UUID NOT NULL,
  satisfaction SMALLINT NOT NULL,
  content_rating SMALLINT,
  comments TEXT,
  submitted_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT workshop_feedback_pkey
    PRIMARY KEY (id),
  CONSTRAINT workshop_feedback_workshop_id_student_id_key
    UNIQUE (workshop_id, student_id),
  CONSTRAINT workshop_feedback_registration_id_key
    UNIQUE (registration_id),
  CONSTRAINT workshop_feedback_satisfaction_check
    CHECK (satisfaction BETWEEN 1 AND 5),
  CONSTRAINT workshop_feedback_content_rating_check
    CHECK (content_rating BETWEEN 1 AND 5),
  CONSTRAINT workshop_feedback_workshop_id_fkey
    FOREIGN KEY (workshop_id)
    REFERENCES workshops (id)
    ON DELETE CASCADE,
  CONSTRAINT workshop_feedback_student_id_fkey
    FOREIGN KEY (student_id)
    REFERENCES users (id)
    ON DELETE CASCADE,
  CONSTRAINT workshop_feedback_registration_id_fkey
    FOREIGN KEY (registration_id)
    REFERENCES workshop_registrations (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_workshop_feedback_student_id
  ON workshop_feedback (student_id);

CREATE INDEX idx_workshop_feedback_workshop_id_satisfaction
  ON workshop_feedback (workshop_id, satisfaction);

CREATE TABLE course_instructors (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  instructor_id UUID NOT NULL,
  is_primary BOOLEAN NOT NULL DEFAULT FALSE,
  can_edit BOOLEAN NOT NULL DEFAULT TRUE,
  can_view_revenue BOOLEAN NOT NULL DEFAULT FALSE,
  revenue_share_percent NUMERIC(5, 2) NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_instructors_pkey
    PRIMARY KEY (id),
  CONSTRAINT course_instructors_course_id_instructor_id_key
    UNIQUE (course_id, instructor_id),
  CONSTRAINT course_instructors_revenue_share_percent_check
    CHECK (revenue_share_percent BETWEEN 0 AND 100),
  CONSTRAINT course_instructors_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE,
  CONSTRAINT course_instructors_instructor_id_fkey
    FOREIGN KEY (instructor_id)
    REFERENCES users (id)
    ON DELETE CASCADE
);

CREATE UNIQUE INDEX idx_course_instructors_course_id_primary
  ON course_instructors (course_id)
  WHERE is_primary;

CREATE INDEX idx_course_instructors_instructor_id
  ON course_instructors (instructor_id);

CREATE TABLE workshop_facilitators (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  workshop_id UUID NOT NULL,
  facilitator_id UUID NOT NULL,
  is_primary BOOLEAN NOT NULL DEFAULT FALSE,
  can_edit BOOLEAN NOT NULL DEFAULT TRUE,
  revenue_share_percent NUMERIC(5, 2) NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT workshop_facilitators_pkey
    PRIMARY KEY (id),
  CONSTRAINT workshop_facilitators_workshop_id_facilitator_id_key
    UNIQUE (workshop_id, facilitator_id),
  CONSTRAINT workshop_facilitators_revenue_share_percent_check
    CHECK (revenue_share_percent BETWEEN 0 AND 100),
  CONSTRAINT workshop_facilitators_workshop_id_fkey
    FOREIGN KEY (workshop_id)
    REFERENCES workshops (id)
    ON DELETE CASCADE,
  CONSTRAINT workshop_facilitators_facilitator_id_fkey
    FOREIGN KEY (facilitator_id)
    REFERENCES users (id)
    ON DELETE CASCADE
);

CREATE UNIQUE INDEX idx_workshop_facilitators_workshop_id_primary
  ON workshop_facilitators (workshop_id)
  WHERE is_primary;

CREATE INDEX idx_workshop_facilitators_facilitator_id
  ON workshop_facilitators (facilitator_id);

COMMENT ON TABLE instructor_profiles IS
  'What everybody signed in may know of an instructor, and statistics.';
COMMENT ON COLUMN instructor_profiles.organization_id IS
  'The organization that the instructor belongs to; NULL for one who stands alone.';
COMMENT ON COLUMN instructor_profiles.is_verified IS
  'Only a service changes it.';
COMMENT ON COLUMN instructor_profiles.total_students IS
  'Different people in the courses of the instructor; kept by triggers, as the other totals.';
COMMENT ON COLUMN instructor_profiles.total_revenue IS
  'What the instructor earned, after the fee and refunds; not readable for clients.';
COMMENT ON TABLE instructor_settings IS
  'What an instructor prefers, and what the platform keeps of a sale.';
COMMENT ON COLUMN instructor_settings.email_notifications IS
  'Object: which e-mails are wanted.';
COMMENT ON COLUMN instructor_settings.platform_fee_percent IS
  'The part of a sale that the platform keeps; only a service changes it. Without settings it is 20.';
COMMENT ON TABLE student_progress IS
  'How far a student is in a course, for the instructor; kept by triggers of enrollments and lesson progress.';
COMMENT ON TABLE student_activity IS
  'The timeline of what students did; written by triggers.';
COMMENT ON COLUMN student_activity.metadata IS
  'Object: the rows that belong to it.';
COMMENT ON TABLE revenue_transactions IS
  'What instructors earn: a row a sale, another one a refund; written by triggers.';
COMMENT ON COLUMN revenue_transactions.gross_amount IS
  'What was paid; negative for a refund.';
COMMENT ON COLUMN revenue_transactions.net_amount IS
  'What the instructor earns: gross_amount without platform_fee.';
COMMENT ON TABLE course_reviews IS
  'What students say of a course, one review each.';
COMMENT ON COLUMN course_reviews.rating IS
  '1 to 5.';
COMMENT ON COLUMN course_reviews.is_published IS
  'Only a service changes it; only published reviews count.';
COMMENT ON TABLE workshop_feedback IS
  'What people say of a workshop that they attended, once each.';
COMMENT ON COLUMN workshop_feedback.satisfaction IS
  '1 to 5.';
COMMENT ON COLUMN workshop_feedback.content_rating IS
  '1 to 5.';
COMMENT ON TABLE course_instructors IS
  'Who teaches a course beside its instructor.';
COMMENT ON COLUMN course_instructors.can_edit IS
  'May change modules and lessons; without it, the co-instructor only reads.';
COMMENT ON COLUMN course_instructors.can_view_revenue IS
  'For the application: the co-instructor is to be told of the revenue. Row security shows it to the instructor alone.';
COMMENT ON COLUMN course_instructors.revenue_share_percent IS
  'The part of the revenue that was agreed on; the application pays it out.';
COMMENT ON TABLE workshop_facilitators IS
  'Who facilitates a workshop beside its facilitator.';
COMMENT ON COLUMN workshop_facilitators.can_edit IS
  'May change registrations; without it, the co-facilitator only reads.';
COMMENT ON COLUMN workshop_facilitators.revenue_share_percent IS
  'The part of the revenue that was agreed on; the application pays it out.';

-- Co-instructors and co-facilitators. The same signature, so that every policy of 001 goes by them too.

CREATE OR REPLACE FUNCTION app_private.teaches_course(course UUID, writing BOOLEAN DEFAULT FALSE)
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
  ) OR EXISTS (
    SELECT FROM public.course_instructors
    WHERE course_id = course
      AND instructor_id = (SELECT auth.uid())
      AND (can_edit OR NOT writing)
  )
$$;

CREATE OR REPLACE FUNCTION app_private.facilitates_workshop(workshop UUID, writing BOOLEAN DEFAULT FALSE)
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
  ) OR EXISTS (
    SELECT FROM public.workshop_facilitators
    WHERE workshop_id = workshop
      AND facilitator_id = (SELECT auth.uid())
      AND (can_edit OR NOT writing)
  )
$$;

-- Statistics. Each is computed anew from the rows, never added to: it is right whatever happened before, and a service
-- can call these functions too. The row is locked before anything is counted, in a statement of its own: whoever comes
-- second counts what the first one committed. NO KEY, because both already hold the key of the row by a foreign key.

CREATE FUNCTION app_private.refresh_course_statistics(course UUID)
  RETURNS VOID
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  PERFORM FROM public.courses
  WHERE id = course
  FOR NO KEY UPDATE;

  UPDATE public.courses
  SET
    enrollment_count = facts.enrollments,
    review_count = facts.reviews,
    average_rating = facts.rating,
    total_revenue = facts.revenue
  FROM (
    SELECT
      (
        SELECT count(*)
        FROM public.course_enrollments
        WHERE course_enrollments.course_id = course
      ) AS enrollments,
      reviewed.reviews,
      reviewed.rating,
      (
        SELECT coalesce(sum(revenue_transactions.net_amount), 0)
        FROM public.revenue_transactions
        JOIN public.course_enrollments
          ON course_enrollments.id = revenue_transactions.enrollment_id
        WHERE course_enrollments.course_id = course
          AND revenue_transactions.status = 'completed'
      ) AS revenue
    FROM (
      SELECT count(*) AS reviews, round(avg(course_reviews.rating), 2) AS rating
      FROM public.course_reviews
      WHERE course_reviews.course_id = course
        AND course_reviews.is_published
    ) AS reviewed
  ) AS facts
  WHERE courses.id = course
    AND (courses.enrollment_count, courses.review_count, courses.average_rating, courses.total_revenue)
      IS DISTINCT FROM (facts.enrollments, facts.reviews, facts.rating, facts.revenue);
END
$$;

CREATE FUNCTION app_private.refresh_workshop_statistics(workshop UUID)
  RETURNS VOID
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  PERFORM FROM public.workshops
  WHERE id = workshop
  FOR NO KEY UPDATE;

  UPDATE public.workshops
  SET
    feedback_count = facts.feedbacks,
    average_satisfaction = facts.satisfaction,
    total_revenue = facts.revenue
  FROM (
    SELECT
      judged.feedbacks,
      judged.satisfaction,
      (
        SELECT coalesce(sum(revenue_transactions.net_amount), 0)
        FROM public.revenue_transactions
        JOIN public.workshop_registrations
          ON workshop_registrations.id = revenue_transactions.registration_id
        WHERE workshop_registrations.workshop_id = workshop
          AND revenue_transactions.status = 'completed'
      ) AS revenue
    FROM (
      SELECT count(*) AS feedbacks, round(avg(workshop_feedback.satisfaction), 2) AS satisfaction
      FROM public.workshop_feedback
      WHERE workshop_feedback.workshop_id = workshop
    ) AS judged
  ) AS facts
  WHERE workshops.id = workshop
    AND (workshops.feedback_count, workshops.average_satisfaction, workshops.total_revenue)
      IS DISTINCT FROM (facts.feedbacks, facts.satisfaction, facts.revenue);
END
$$;

CREATE FUNCTION app_private.refresh_instructor_statistics(instructor UUID)
  RETURNS VOID
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  PERFORM FROM public.instructor_profiles
  WHERE user_id = instructor
  FOR NO KEY UPDATE;

  UPDATE public.instructor_profiles
  SET
    total_students = facts.students,
    total_courses = facts.courses,
    total_workshops = facts.workshops,
    average_rating = facts.rating,
    total_revenue = facts.revenue
  FROM (
    SELECT
      (
        SELECT count(DISTINCT course_enrollments.user_id)
        FROM public.courses
        JOIN public.course_enrollments
          ON course_enrollments.course_id = courses.id
        WHERE courses.instructor_id = instructor
      ) AS students,
      (SELECT count(*) FROM public.courses WHERE courses.instructor_id = instructor) AS courses,
      (SELECT count(*) FROM public.workshops WHERE workshops.facilitator_id = instructor) AS workshops,
      (
        SELECT round(avg(course_reviews.rating), 2)
        FROM public.courses
        JOIN public.course_reviews
          ON course_reviews.course_id = courses.id
        WHERE courses.instructor_id = instructor
          AND course_reviews.is_published
      ) AS rating,
      (
        SELECT coalesce(sum(revenue_transactions.net_amount), 0)
        FROM public.revenue_transactions
        WHERE revenue_transactions.instructor_id = instructor
          AND revenue_transactions.status = 'completed'
      ) AS revenue
  ) AS facts
  WHERE instructor_profiles.user_id = instructor
    AND (
      instructor_profiles.total_students, instructor_profiles.total_courses, instructor_profiles.total_workshops,
      instructor_profiles.average_rating, instructor_profiles.total_revenue
    ) IS DISTINCT FROM (facts.students, facts.courses, facts.workshops, facts.rating, facts.revenue);
END
$$;

CREATE FUNCTION app_private.refresh_student_progress(enrollment UUID)
  RETURNS VOID
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  PERFORM FROM public.course_enrollments
  WHERE id = enrollment
  FOR NO KEY UPDATE;

  INSERT INTO public.student_progress AS progress_row (
    student_id, course_id, enrollment_id, instructor_id, lessons_completed, total_lessons, progress, last_activity_at,
    completed_at
  )
  SELECT
    course_enrollments.user_id,
    course_enrollments.course_id,
    course_enrollments.id,
    courses.instructor_id,
    lessons.completed,
    lessons.total,
    course_enrollments.progress,
    greatest(course_enrollments.enrolled_at, lessons.latest),
    course_enrollments.completed_at
  FROM public.course_enrollments
  -- While a user is being deleted, row by row, progress must not come back.
  JOIN public.users
    ON users.id = course_enrollments.user_id
  JOIN public.courses
    ON courses.id = course_enrollments.course_id
  CROSS JOIN LATERAL (
    SELECT
      count(*) AS total,
      count(*) FILTER (WHERE lesson_progress.progress = 100) AS completed,
      max(greatest(lesson_progress.last_accessed_at, lesson_progress.completed_at)) AS latest
    FROM public.course_modules
    JOIN public.course_lessons
      ON course_lessons.module_id = course_modules.id
    LEFT JOIN public.lesson_progress
      ON lesson_progress.lesson_id = course_lessons.id
     AND lesson_progress.enrollment_id = course_enrollments.id
    WHERE course_modules.course_id = course_enrollments.course_id
  ) AS lessons
  WHERE course_enrollments.id = enrollment
  ON CONFLICT (enrollment_id)
  DO UPDATE
  SET
    student_id = excluded.student_id,
    course_id = excluded.course_id,
    instructor_id = excluded.instructor_id,
    lessons_completed = excluded.lessons_completed,
    total_lessons = excluded.total_lessons,
    progress = excluded.progress,
    last_activity_at = excluded.last_activity_at,
    completed_at = excluded.completed_at
  WHERE (
    progress_row.student_id, progress_row.course_id, progress_row.instructor_id, progress_row.lessons_completed,
    progress_row.total_lessons, progress_row.progress, progress_row.last_activity_at, progress_row.completed_at
  ) IS DISTINCT FROM (
    excluded.student_id, excluded.course_id, excluded.instructor_id, excluded.lessons_completed,
    excluded.total_lessons, excluded.progress, excluded.last_activity_at, excluded.completed_at
  );
END
$$;

-- A sale is recorded once, with the instructor and the fee of that moment, whatever is updated afterwards; a refund takes
-- back what the sale gave.
CREATE FUNCTION app_private.record_revenue(
  kind public.transaction_type,
  enrollment UUID,
  registration UUID,
  student UUID,
  instructor UUID,
  price NUMERIC,
  currency_code TEXT,
  payment public.payment_status,
  happened_at TIMESTAMPTZ
)
  RETURNS VOID
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
DECLARE
  sale public.revenue_transactions%ROWTYPE;
  fee NUMERIC;
BEGIN
  SELECT *
  INTO sale
  FROM public.revenue_transactions
  WHERE revenue_transactions.transaction_type = kind
    AND (revenue_transactions.enrollment_id = enrollment OR revenue_transactions.registration_id = registration);

  IF payment = 'completed' AND price > 0 AND instructor IS NOT NULL AND sale.id IS NULL THEN
    SELECT round(price * coalesce(max(instructor_settings.platform_fee_percent), 20) / 100, 2)
    INTO fee
    FROM public.instructor_settings
    WHERE instructor_settings.instructor_id = instructor;

    INSERT INTO public.revenue_transactions (
      instructor_id, student_id, enrollment_id, registration_id, transaction_type, gross_amount, platform_fee,
      net_amount, currency, occurred_at
    )
    VALUES (
      instructor, student, enrollment, registration, kind, price, fee, price - fee, currency_code, happened_at
    );
  ELSIF payment = 'refunded' AND sale.id IS NOT NULL AND NOT EXISTS (
    SELECT FROM public.revenue_transactions
    WHERE revenue_transactions.transaction_type = 'refund'
      AND (revenue_transactions.enrollment_id = enrollment OR revenue_transactions.registration_id = registration)
  ) THEN
    INSERT INTO public.revenue_transactions (
      instructor_id, student_id, enrollment_id, registration_id, transaction_type, gross_amount, platform_fee,
      net_amount, currency, occurred_at
    )
    VALUES (
      sale.instructor_id, sale.student_id, enrollment, registration, 'refund', -sale.gross_amount, -sale.platform_fee,
      -sale.net_amount, sale.currency, happened_at
    );
  END IF;
END
$$;

REVOKE ALL
  ON FUNCTION
    app_private.refresh_course_statistics(UUID),
    app_private.refresh_workshop_statistics(UUID),
    app_private.refresh_instructor_statistics(UUID),
    app_private.refresh_student_progress(UUID),
    app_private.record_revenue(
      transaction_type, UUID, UUID, UUID, UUID, NUMERIC, TEXT, payment_status, TIMESTAMPTZ
    )
  FROM PUBLIC;

GRANT EXECUTE
  ON FUNCTION
    app_private.refresh_course_statistics(UUID),
    app_private.refresh_workshop_statistics(UUID),
    app_private.refresh_instructor_statistics(UUID),
    app_private.refresh_student_progress(UUID)
  TO service_role;

COMMENT ON FUNCTION app_private.refresh_course_statistics(UUID) IS
  'Computes enrollment_count, review_count, average_rating and total_revenue of a course anew.';
COMMENT ON FUNCTION app_private.refresh_workshop_statistics(UUID) IS
  'Computes feedback_count, average_satisfaction and total_revenue of a workshop anew.';
COMMENT ON FUNCTION app_private.refresh_instructor_statistics(UUID) IS
  'Computes the totals of an instructor''s profile anew; after a profile is made for one who taught before, too.';
COMMENT ON FUNCTION app_private.refresh_student_progress(UUID) IS
  'Computes the row of student_progress of an enrollment anew.';
COMMENT ON FUNCTION app_private.record_revenue(transaction_type, UUID, UUID, UUID, UUID, NUMERIC, TEXT, payment_status, TIMESTAMPTZ) IS
  'Records the sale or the refund that a payment means, unless it is recorded.';

-- What is there already, in the new tables. No trigger counts yet.

INSERT INTO student_activity (
  student_id, course_id, workshop_id, instructor_id, activity_type, metadata, occurred_at
)
SELECT
  course_enrollments.user_id,
  course_enrollments.course_id,
  NULL::UUID,
  courses.instructor_id,
  happened.kind,
  jsonb_build_object('enrollment_id', course_enrollments.id),
  happened.at
FROM course_enrollments
JOIN courses
  ON courses.id = course_enrollments.course_id
CROSS JOIN LATERAL (VALUES
  ('enrolled'::activity_type, course_enrollments.enrolled_at),
  ('course_completed', course_enrollments.completed_at)
) AS happened (kind, at)
WHERE happened.at IS NOT NULL
UNION ALL
SELECT
  lesson_progress.user_id,
  course_enrollments.course_id,
  NULL::UUID,
  courses.instructor_id,
  happened.kind,
  jsonb_build_object('enrollment_id', course_enrollments.id, 'lesson_id', lesson_progress.lesson_id),
  happened.at
FROM lesson_progress
JOIN course_enrollments
  ON course_enrollments.id = lesson_progress.enrollment_id
JOIN courses
  ON courses.id = course_enrollments.course_id
CROSS JOIN LATERAL (VALUES
  ('lesson_started'::activity_type, lesson_progress.started_at),
  ('lesson_completed', lesson_progress.completed_at)
) AS happened (kind, at)
WHERE happened.at IS NOT NULL
UNION ALL
SELECT
  workshop_registrations.user_id,
  NULL::UUID,
  workshop_registrations.workshop_id,
  workshops.facilitator_id,
  happened.kind,
  jsonb_build_object('registration_id', workshop_registrations.id),
  happened.at
FROM workshop_registrations
JOIN workshops
  ON workshops.id = workshop_registrations.workshop_id
CROSS JOIN LATERAL (VALUES
  ('workshop_registered'::activity_type, workshop_registrations.registered_at),
  ('workshop_attended', CASE
    WHEN workshop_registrations.status = 'attended'
      THEN coalesce(workshop_registrations.attended_at, workshops.starts_at)
  END)
) AS happened (kind, at)
WHERE happened.at IS NOT NULL;

DO $$
BEGIN
  -- Those that were refunded earn nothing, and neither did they before.
  PERFORM app_private.record_revenue(
    'course_enrollment', course_enrollments.id, NULL, course_enrollments.user_id, courses.instructor_id,
    course_enrollments.price_paid, courses.currency, course_enrollments.payment_status, course_enrollments.enrolled_at
  )
  FROM course_enrollments
  JOIN courses
    ON courses.id = course_enrollments.course_id
  WHERE course_enrollments.price_paid > 0
    AND course_enrollments.payment_status = 'completed';

  PERFORM app_private.record_revenue(
    'workshop_registration', NULL, workshop_registrations.id, workshop_registrations.user_id,
    workshops.facilitator_id, workshop_registrations.price_paid, workshops.currency,
    workshop_registrations.payment_status, workshop_registrations.registered_at
  )
  FROM workshop_registrations
  JOIN workshops
    ON workshops.id = workshop_registrations.workshop_id
  WHERE workshop_registrations.price_paid > 0
    AND workshop_registrations.payment_status = 'completed';

  PERFORM app_private.refresh_student_progress(id)
  FROM course_enrollments;
END
$$;

-- Triggers. One a table for statistics, so that no order of names decides what comes first; they run as their owner,
-- because nobody else may write what they keep.

CREATE FUNCTION app_private.follow_enrollment()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  taught public.courses%ROWTYPE;
  touched UUID;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    SELECT *
    INTO taught
    FROM public.courses
    WHERE id = NEW.course_id;

    INSERT INTO public.student_activity (student_id, course_id, instructor_id, activity_type, metadata, occurred_at)
    SELECT
      NEW.user_id, NEW.course_id, taught.instructor_id, happened.kind, jsonb_build_object('enrollment_id', NEW.id),
      happened.at
    FROM (VALUES
      ('enrolled'::public.activity_type, TG_OP = 'INSERT', NEW.enrolled_at),
      (
        'course_completed',
        NEW.status = 'completed' AND (TG_OP = 'INSERT' OR OLD.status <> 'completed'),
        NEW.completed_at
      )
    ) AS happened (kind, now_true, at)
    WHERE happened.now_true;

    PERFORM app_private.refresh_student_progress(NEW.id);

    -- Only when something is paid or paid back: whoever teaches the course later does not earn from it.
    IF TG_OP = 'INSERT' OR (NEW.payment_status, NEW.price_paid) IS DISTINCT FROM (OLD.payment_status, OLD.price_paid) THEN
      PERFORM app_private.record_revenue(
        'course_enrollment', NEW.id, NULL, NEW.user_id, taught.instructor_id, NEW.price_paid, taught.currency,
        NEW.payment_status, CASE TG_OP WHEN 'INSERT' THEN NEW.enrolled_at ELSE now() END
      );
    END IF;
  END IF;

  -- Progress alone changes nothing that is counted.
  IF TG_OP = 'UPDATE' AND NEW.course_id = OLD.course_id AND NEW.user_id = OLD.user_id THEN
    RETURN NULL;
  END IF;

  FOR touched IN
    SELECT DISTINCT changed.id
    FROM unnest(ARRAY[OLD.course_id, NEW.course_id]) AS changed (id)
    WHERE changed.id IS NOT NULL
    ORDER BY changed.id
  LOOP
    PERFORM app_private.refresh_course_statistics(touched);
  END LOOP;

  FOR touched IN
    SELECT DISTINCT courses.instructor_id
    FROM public.courses
    WHERE courses.id IN (OLD.course_id, NEW.course_id)
      AND courses.instructor_id IS NOT NULL
    ORDER BY courses.instructor_id
  LOOP
    PERFORM app_private.refresh_instructor_statistics(touched);
  END LOOP;
  RETURN NULL;
END
$$;

CREATE FUNCTION app_private.follow_lesson_progress()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  kind public.activity_type;
  touched UUID;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    IF NEW.progress = 100 AND (TG_OP = 'INSERT' OR OLD.progress < 100) THEN
      kind := 'lesson_completed';
    ELSIF TG_OP = 'INSERT' THEN
      kind := 'lesson_started';
    END IF;
  END IF;

  IF kind IS NOT NULL THEN
    INSERT INTO public.student_activity (student_id, course_id, instructor_id, activity_type, metadata)
    SELECT
      NEW.user_id, courses.id, courses.instructor_id, kind,
      jsonb_build_object('enrollment_id', NEW.enrollment_id, 'lesson_id', NEW.lesson_id)
    FROM public.course_enrollments
    JOIN public.courses
      ON courses.id = course_enrollments.course_id
    WHERE course_enrollments.id = NEW.enrollment_id;
  END IF;

  FOR touched IN
    SELECT DISTINCT changed.id
    FROM unnest(ARRAY[OLD.enrollment_id, NEW.enrollment_id]) AS changed (id)
    WHERE changed.id IS NOT NULL
    ORDER BY changed.id
  LOOP
    PERFORM app_private.refresh_student_progress(touched);
  END LOOP;
  RETURN NULL;
END
$$;

CREATE FUNCTION app_private.follow_registration()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  held public.workshops%ROWTYPE;
  touched UUID;
BEGIN
  IF TG_OP <> 'DELETE' THEN
    SELECT *
    INTO held
    FROM public.workshops
    WHERE id = NEW.workshop_id;

    INSERT INTO public.student_activity (student_id, workshop_id, instructor_id, activity_type, metadata, occurred_at)
    SELECT
      NEW.user_id, NEW.workshop_id, held.facilitator_id, happened.kind,
      jsonb_build_object('registration_id', NEW.id, 'status', NEW.status), happened.at
    FROM (VALUES
      ('workshop_registered'::public.activity_type, TG_OP = 'INSERT', NEW.registered_at),
      (
        'workshop_attended',
        NEW.status = 'attended' AND (TG_OP = 'INSERT' OR OLD.status <> 'attended'),
        coalesce(NEW.attended_at, now())
      )
    ) AS happened (kind, now_true, at)
    WHERE happened.now_true;

    IF TG_OP = 'INSERT' OR (NEW.payment_status, NEW.price_paid) IS DISTINCT FROM (OLD.payment_status, OLD.price_paid) THEN
      PERFORM app_private.record_revenue(
        'workshop_registration', NULL, NEW.id, NEW.user_id, held.facilitator_id, NEW.price_paid, held.currency,
        NEW.payment_status, CASE TG_OP WHEN 'INSERT' THEN NEW.registered_at ELSE now() END
      );
    END IF;
  END IF;

  -- What is counted of a workshop changes with its registrations only when one goes, or goes elsewhere.
  IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.workshop_id = OLD.workshop_id) THEN
    RETURN NULL;
  END IF;

  FOR touched IN
    SELECT DISTINCT changed.id
    FROM unnest(ARRAY[OLD.workshop_id, NEW.workshop_id]) AS changed (id)
    WHERE changed.id IS NOT NULL
    ORDER BY changed.id
  LOOP
    PERFORM app_private.refresh_workshop_statistics(touched);
  END LOOP;
  RETURN NULL;
END
$$;

CREATE FUNCTION app_private.follow_review()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  touched UUID;
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO public.student_activity (student_id, course_id, instructor_id, activity_type, metadata)
    SELECT
      NEW.student_id, courses.id, courses.instructor_id, 'review_posted',
      jsonb_build_object('review_id', NEW.id, 'rating', NEW.rating)
    FROM public.courses
    WHERE courses.id = NEW.course_id;
  END IF;

  FOR touched IN
    SELECT DISTINCT changed.id
    FROM unnest(ARRAY[OLD.course_id, NEW.course_id]) AS changed (id)
    WHERE changed.id IS NOT NULL
    ORDER BY changed.id
  LOOP
    PERFORM app_private.refresh_course_statistics(touched);
  END LOOP;

  FOR touched IN
    SELECT DISTINCT courses.instructor_id
    FROM public.courses
    WHERE courses.id IN (OLD.course_id, NEW.course_id)
      AND courses.instructor_id IS NOT NULL
    ORDER BY courses.instructor_id
  LOOP
    PERFORM app_private.refresh_instructor_statistics(touched);
  END LOOP;
  RETURN NULL;
END
$$;

CREATE FUNCTION app_private.follow_feedback()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  touched UUID;
BEGIN
  FOR touched IN
    SELECT DISTINCT changed.id
    FROM unnest(ARRAY[OLD.workshop_id, NEW.workshop_id]) AS changed (id)
    WHERE changed.id IS NOT NULL
    ORDER BY changed.id
  LOOP
    PERFORM app_private.refresh_workshop_statistics(touched);
  END LOOP;
  RETURN NULL;
END
$$;

CREATE FUNCTION app_private.follow_revenue()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SECURITY DEFINER
  SET search_path = ''
AS $$
DECLARE
  touched UUID;
BEGIN
  FOR touched IN
    SELECT DISTINCT course_enrollments.course_id
    FROM public.course_enrollments
    WHERE course_enrollments.id IN (OLD.enrollment_id, NEW.enrollment_id)
    ORDER BY course_enrollments.course_id
  LOOP
    PERFORM app_private.refresh_course_statistics(touched);
  END LOOP;

  FOR touched IN
    SELECT DISTINCT workshop_registrations.workshop_id
    FROM public.workshop_registrations
    WHERE workshop_registrations.id IN (OLD.registration_id, NEW.registration_id)
    ORDER BY workshop_registrations.workshop_id
  LOOP
    PERFORM app_private.refresh_workshop_statistics(touched);
  END LOOP;

  FOR touched IN
    SELECT DISTINCT changed.id
    FROM unnest(ARRAY[OLD.instructor_id, NEW.instructor_id]) AS changed (id)
    WHERE changed.id IS NOT NULL
    ORDER BY changed.id
  LOOP
    PERFORM app_private.refresh_instructor_statistics(touched);
  END LOOP;
  RETURN NULL;
END
$$;

REVOKE ALL
  ON FUNCTION
    app_private.follow_enrollment(),
    app_private.follow_lesson_progress(),
    app_private.follow_registration(),
    app_private.follow_review(),
    app_private.follow_feedback(),
    app_private.follow_revenue()
  FROM PUBLIC;

COMMENT ON FUNCTION app_private.follow_enrollment() IS
  'Trigger function: activity, student progress, revenue and statistics of an enrollment.';
COMMENT ON FUNCTION app_private.follow_lesson_progress() IS
  'Trigger function: activity and student progress of a lesson.';
COMMENT ON FUNCTION app_private.follow_registration() IS
  'Trigger function: activity, revenue and statistics of a registration.';
COMMENT ON FUNCTION app_private.follow_review() IS
  'Trigger function: activity and statistics of a review.';
COMMENT ON FUNCTION app_private.follow_feedback() IS
  'Trigger function: statistics of feedback.';
COMMENT ON FUNCTION app_private.follow_revenue() IS
  'Trigger function: statistics of revenue.';

CREATE TRIGGER instructor_profiles_set_updated_at
  BEFORE UPDATE ON instructor_profiles
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER instructor_settings_set_updated_at
  BEFORE UPDATE ON instructor_settings
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER revenue_transactions_set_updated_at
  BEFORE UPDATE ON revenue_transactions
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER course_reviews_set_updated_at
  BEFORE UPDATE ON course_reviews
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

CREATE TRIGGER course_enrollments_stats
  AFTER INSERT OR UPDATE OR DELETE ON course_enrollments
  FOR EACH ROW
  EXECUTE FUNCTION app_private.follow_enrollment();

-- After lesson_progress_rollup, by its name: progress of the course is known by then.
CREATE TRIGGER lesson_progress_stats
  AFTER INSERT OR UPDATE OR DELETE ON lesson_progress
  FOR EACH ROW
  EXECUTE FUNCTION app_private.follow_lesson_progress();

CREATE TRIGGER workshop_registrations_stats
  AFTER INSERT OR UPDATE OR DELETE ON workshop_registrations
  FOR EACH ROW
  EXECUTE FUNCTION app_private.follow_registration();

CREATE TRIGGER course_reviews_stats
  AFTER INSERT OR UPDATE OR DELETE ON course_reviews
  FOR EACH ROW
  EXECUTE FUNCTION app_private.follow_review();

CREATE TRIGGER workshop_feedback_stats
  AFTER INSERT OR UPDATE OR DELETE ON workshop_feedback
  FOR EACH ROW
  EXECUTE FUNCTION app_private.follow_feedback();

CREATE TRIGGER revenue_transactions_stats
  AFTER INSERT OR UPDATE OR DELETE ON revenue_transactions
  FOR EACH ROW
  EXECUTE FUNCTION app_private.follow_revenue();

-- Row security

ALTER TABLE instructor_profiles
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE instructor_settings
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE student_progress
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE student_activity
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE revenue_transactions
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE course_reviews
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE workshop_feedback
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE course_instructors
  ENABLE ROW LEVEL SECURITY;

ALTER TABLE workshop_facilitators
  ENABLE ROW LEVEL SECURITY;

CREATE POLICY instructor_profiles_select
  ON instructor_profiles
  FOR SELECT
  TO authenticated
  USING (TRUE);

CREATE POLICY instructor_profiles_insert
  ON instructor_profiles
  FOR INSERT
  TO authenticated
  WITH CHECK (
    user_id = (SELECT auth.uid())
  );

CREATE POLICY instructor_profiles_update
  ON instructor_profiles
  FOR UPDATE
  TO authenticated
  USING (
    user_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
  )
  WITH CHECK (
    user_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
  );

CREATE POLICY instructor_profiles_delete
  ON instructor_profiles
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
  );

CREATE POLICY instructor_settings_select
  ON instructor_settings
  FOR SELECT
  TO authenticated
  USING (
    instructor_id = (SELECT auth.uid())
  );

CREATE POLICY instructor_settings_insert
  ON instructor_settings
  FOR INSERT
  TO authenticated
  WITH CHECK (
    instructor_id = (SELECT auth.uid())
  );

CREATE POLICY instructor_settings_update
  ON instructor_settings
  FOR UPDATE
  TO authenticated
  USING (
    instructor_id = (SELECT auth.uid())
  )
  WITH CHECK (
    instructor_id = (SELECT auth.uid())
  );

CREATE POLICY student_progress_select
  ON student_progress
  FOR SELECT
  TO authenticated
  USING (
    student_id = (SELECT auth.uid())
    OR instructor_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.teaches_course(course_id)
  );

CREATE POLICY student_activity_select
  ON student_activity
  FOR SELECT
  TO authenticated
  USING (
    student_id = (SELECT auth.uid())
    OR instructor_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
  );

CREATE POLICY revenue_transactions_select
  ON revenue_transactions
  FOR SELECT
  TO authenticated
  USING (
    instructor_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
  );

CREATE POLICY course_reviews_select
  ON course_reviews
  FOR SELECT
  TO authenticated
  USING (
    is_published
    OR student_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.teaches_course(course_id)
  );

CREATE POLICY course_reviews_insert
  ON course_reviews
  FOR INSERT
  TO authenticated
  WITH CHECK (
    student_id = (SELECT auth.uid())
    AND EXISTS (
      SELECT FROM course_enrollments AS e
      WHERE e.id = course_reviews.enrollment_id
        AND e.user_id = (SELECT auth.uid())
        AND e.course_id = course_reviews.course_id
    )
  );

CREATE POLICY course_reviews_update
  ON course_reviews
  FOR UPDATE
  TO authenticated
  USING (
    student_id = (SELECT auth.uid())
  )
  WITH CHECK (
    student_id = (SELECT auth.uid())
  );

CREATE POLICY course_reviews_delete
  ON course_reviews
  FOR DELETE
  TO authenticated
  USING (
    student_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
  );

CREATE POLICY workshop_feedback_select
  ON workshop_feedback
  FOR SELECT
  TO authenticated
  USING (
    student_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.facilitates_workshop(workshop_id)
  );

CREATE POLICY workshop_feedback_insert
  ON workshop_feedback
  FOR INSERT
  TO authenticated
  WITH CHECK (
    student_id = (SELECT auth.uid())
    AND EXISTS (
      SELECT FROM workshop_registrations AS r
      WHERE r.id = workshop_feedback.registration_id
        AND r.user_id = (SELECT auth.uid())
        AND r.workshop_id = workshop_feedback.workshop_id
        AND r.status = 'attended'
    )
  );

CREATE POLICY workshop_feedback_update
  ON workshop_feedback
  FOR UPDATE
  TO authenticated
  USING (
    student_id = (SELECT auth.uid())
  )
  WITH CHECK (
    student_id = (SELECT auth.uid())
  );

CREATE POLICY course_instructors_select
  ON course_instructors
  FOR SELECT
  TO authenticated
  USING (
    instructor_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.teaches_course(course_id)
  );

CREATE POLICY course_instructors_insert
  ON course_instructors
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_instructors.course_id
        AND c.instructor_id = (SELECT auth.uid())
    )
  );

CREATE POLICY course_instructors_update
  ON course_instructors
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_instructors.course_id
        AND c.instructor_id = (SELECT auth.uid())
    )
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_instructors.course_id
        AND c.instructor_id = (SELECT auth.uid())
    )
  );

CREATE POLICY course_instructors_delete
  ON course_instructors
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM courses AS c
      WHERE c.id = course_instructors.course_id
        AND c.instructor_id = (SELECT auth.uid())
    )
  );

CREATE POLICY workshop_facilitators_select
  ON workshop_facilitators
  FOR SELECT
  TO authenticated
  USING (
    facilitator_id = (SELECT auth.uid())
    OR (SELECT app_private.is_platform_admin())
    OR app_private.facilitates_workshop(workshop_id)
  );

CREATE POLICY workshop_facilitators_insert
  ON workshop_facilitators
  FOR INSERT
  TO authenticated
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM workshops AS w
      WHERE w.id = workshop_facilitators.workshop_id
        AND w.facilitator_id = (SELECT auth.uid())
    )
  );

CREATE POLICY workshop_facilitators_update
  ON workshop_facilitators
  FOR UPDATE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM workshops AS w
      WHERE w.id = workshop_facilitators.workshop_id
        AND w.facilitator_id = (SELECT auth.uid())
    )
  )
  WITH CHECK (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM workshops AS w
      WHERE w.id = workshop_facilitators.workshop_id
        AND w.facilitator_id = (SELECT auth.uid())
    )
  );

CREATE POLICY workshop_facilitators_delete
  ON workshop_facilitators
  FOR DELETE
  TO authenticated
  USING (
    (SELECT app_private.is_platform_admin())
    OR EXISTS (
      SELECT FROM workshops AS w
      WHERE w.id = workshop_facilitators.workshop_id
        AND w.facilitator_id = (SELECT auth.uid())
    )
  );

-- Privileges. student_progress, student_activity and revenue_transactions are written by triggers alone.
REVOKE ALL
  ON
    instructor_profiles,
    instructor_settings,
    student_progress,
    student_activity,
    revenue_transactions,
    course_reviews,
    workshop_feedback,
    course_instructors,
    workshop_facilitators
  FROM PUBLIC, anon, authenticated;

GRANT SELECT
  ON
    instructor_settings,
    student_progress,
    student_activity,
    revenue_transactions,
    course_reviews,
    workshop_feedback,
    course_instructors,
    workshop_facilitators
  TO anon, authenticated;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON
    instructor_profiles,
    instructor_settings,
    student_progress,
    student_activity,
    revenue_transactions,
    course_reviews,
    workshop_feedback,
    course_instructors,
    workshop_facilitators
  TO service_role;

GRANT DELETE
  ON
    instructor_profiles,
    course_reviews,
    course_instructors,
    workshop_facilitators
  TO authenticated;

GRANT INSERT
  ON
    course_instructors,
    workshop_facilitators
  TO authenticated;

-- Not the statistics, and not is_verified.
GRANT
    INSERT (user_id, headline, bio, expertise_tags),
    UPDATE (headline, bio, expertise_tags)
  ON instructor_profiles
  TO authenticated;

-- Not the fee.
GRANT
    INSERT (instructor_id, email_notifications, payout_schedule, payout_method),
    UPDATE (email_notifications, payout_schedule, payout_method)
  ON instructor_settings
  TO authenticated;

-- A review stays with its course and its enrollment; a service decides whether it is published.
GRANT
    INSERT (course_id, student_id, enrollment_id, rating, title, body),
    UPDATE (rating, title, body)
  ON course_reviews
  TO authenticated;

-- Feedback stays with its workshop and its registration.
GRANT
    INSERT (workshop_id, student_id, registration_id, satisfaction, content_rating, comments),
    UPDATE (satisfaction, content_rating, comments)
  ON workshop_feedback
  TO authenticated;

-- Who teaches which course is inserted and deleted, not changed.
GRANT
    UPDATE (is_primary, can_edit, can_view_revenue, revenue_share_percent)
  ON course_instructors
  TO authenticated;

GRANT
    UPDATE (is_primary, can_edit, revenue_share_percent)
  ON workshop_facilitators
  TO authenticated;

-- New columns of courses and workshops. They come last: from here on nobody can read the two tables.

ALTER TABLE courses
  ADD COLUMN status course_status NOT NULL DEFAULT 'draft',
  ADD COLUMN difficulty course_difficulty NOT NULL DEFAULT 'beginner',
  ADD COLUMN enrollment_count INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN review_count INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN average_rating NUMERIC(3, 2),
  ADD COLUMN total_revenue NUMERIC(12, 2) NOT NULL DEFAULT 0;

ALTER TABLE workshops
  ADD COLUMN workshop_type workshop_type NOT NULL DEFAULT 'online',
  ADD COLUMN feedback_count INTEGER NOT NULL DEFAULT 0,
  ADD COLUMN average_satisfaction NUMERIC(3, 2),
  ADD COLUMN total_revenue NUMERIC(12, 2) NOT NULL DEFAULT 0;

ALTER TABLE courses
  ADD CONSTRAINT courses_enrollment_count_check
    CHECK (enrollment_count >= 0)
    NOT VALID,
  ADD CONSTRAINT courses_review_count_check
    CHECK (review_count >= 0)
    NOT VALID,
  ADD CONSTRAINT courses_average_rating_check
    CHECK (average_rating BETWEEN 1 AND 5)
    NOT VALID;

ALTER TABLE workshops
  ADD CONSTRAINT workshops_feedback_count_check
    CHECK (feedback_count >= 0)
    NOT VALID,
  ADD CONSTRAINT workshops_average_satisfaction_check
    CHECK (average_satisfaction BETWEEN 1 AND 5)
    NOT VALID;

ALTER TABLE courses
  VALIDATE CONSTRAINT courses_enrollment_count_check,
  VALIDATE CONSTRAINT courses_review_count_check,
  VALIDATE CONSTRAINT courses_average_rating_check;

ALTER TABLE workshops
  VALIDATE CONSTRAINT workshops_feedback_count_check,
  VALIDATE CONSTRAINT workshops_average_satisfaction_check;

-- A backfill is no change of the row: updated_at stays.

ALTER TABLE courses
  DISABLE TRIGGER courses_set_updated_at;

ALTER TABLE workshops
  DISABLE TRIGGER workshops_set_updated_at;

UPDATE courses
SET status = 'published'
WHERE is_published;

DO $$
BEGIN
  PERFORM app_private.refresh_course_statistics(id)
  FROM courses;

  PERFORM app_private.refresh_workshop_statistics(id)
  FROM workshops;
END
$$;

ALTER TABLE courses
  ENABLE TRIGGER courses_set_updated_at;

ALTER TABLE workshops
  ENABLE TRIGGER workshops_set_updated_at;

CREATE INDEX idx_courses_status_difficulty
  ON courses (status, difficulty);

CREATE INDEX idx_workshops_workshop_type
  ON workshops (workshop_type);

COMMENT ON COLUMN courses.status IS
  'Draft, published or archived; row security asks for is_published.';
COMMENT ON COLUMN courses.enrollment_count IS
  'How many people enrolled, those who dropped out too; kept by a trigger of course_enrollments.';
COMMENT ON COLUMN courses.review_count IS
  'How many published reviews there are; kept by a trigger of course_reviews.';
COMMENT ON COLUMN courses.average_rating IS
  'The mean of the published reviews, 1 to 5; NULL without one.';
COMMENT ON COLUMN courses.total_revenue IS
  'What instructors earned with it, after the fee and refunds; not readable for clients.';
COMMENT ON COLUMN workshops.feedback_count IS
  'How many people gave feedback; kept by a trigger of workshop_feedback.';
COMMENT ON COLUMN workshops.average_satisfaction IS
  'The mean of their satisfaction, 1 to 5; NULL without feedback.';
COMMENT ON COLUMN workshops.total_revenue IS
  'What instructors earned with it, after the fee and refunds; not readable for clients.';

-- Everybody signed in reads profiles, courses and workshops, but what somebody earned with them is not for everybody: the
-- functions and views below take it from revenue_transactions, where row security decides.
GRANT
    SELECT (id, user_id, organization_id, headline, bio, expertise_tags, is_verified, total_students, total_courses,
    total_workshops, average_rating, created_at, updated_at)
  ON instructor_profiles
  TO anon, authenticated;

REVOKE SELECT
  ON courses, workshops
  FROM anon, authenticated;

GRANT
    SELECT (id, organization_id, instructor_id, title, slug, description, category, tags, thumbnail_url, price,
    currency, is_published, created_by, created_at, updated_at, status, difficulty, enrollment_count,
    review_count, average_rating)
  ON courses
  TO anon, authenticated;

GRANT
    SELECT (id, organization_id, facilitator_id, title, slug, description, status, starts_at, ends_at, capacity,
    registered_count, price, currency, location, meeting_url, created_at, updated_at, workshop_type,
    feedback_count, average_satisfaction)
  ON workshops
  TO anon, authenticated;

-- Not the statistics.
GRANT
    INSERT (status, difficulty),
    UPDATE (status, difficulty)
  ON courses
  TO authenticated;

GRANT
    INSERT (workshop_type),
    UPDATE (workshop_type)
  ON workshops
  TO authenticated;

-- Functions of the API. They run with the caller's rights: a stranger who asks for an instructor's revenue gets 0.

CREATE FUNCTION get_instructor_dashboard_stats(instructor UUID)
  RETURNS TABLE (
    total_courses BIGINT,
    published_courses BIGINT,
    total_workshops BIGINT,
    total_enrollments BIGINT,
    completed_enrollments BIGINT,
    total_students BIGINT,
    average_progress NUMERIC,
    review_count BIGINT,
    average_rating NUMERIC,
    total_revenue NUMERIC,
    pending_revenue NUMERIC
  )
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  SELECT
    taught.total,
    taught.published,
    (SELECT count(*) FROM public.workshops WHERE workshops.facilitator_id = instructor),
    learning.total,
    learning.completed,
    learning.students,
    learning.progress,
    reviewed.total,
    reviewed.rating,
    earned.completed,
    earned.pending
  FROM (
    SELECT count(*) AS total, count(*) FILTER (WHERE courses.status = 'published') AS published
    FROM public.courses
    WHERE courses.instructor_id = instructor
  ) AS taught
  CROSS JOIN (
    SELECT
      count(*) AS total,
      count(*) FILTER (WHERE course_enrollments.status = 'completed') AS completed,
      count(DISTINCT course_enrollments.user_id) AS students,
      round(avg(course_enrollments.progress), 2) AS progress
    FROM public.course_enrollments
    JOIN public.courses
      ON courses.id = course_enrollments.course_id
    WHERE courses.instructor_id = instructor
  ) AS learning
  CROSS JOIN (
    SELECT count(*) AS total, round(avg(course_reviews.rating), 2) AS rating
    FROM public.course_reviews
    JOIN public.courses
      ON courses.id = course_reviews.course_id
    WHERE courses.instructor_id = instructor
      AND course_reviews.is_published
  ) AS reviewed
  CROSS JOIN (
    SELECT
      coalesce(sum(revenue_transactions.net_amount) FILTER (WHERE revenue_transactions.status = 'completed'), 0) AS completed,
      coalesce(sum(revenue_transactions.net_amount) FILTER (WHERE revenue_transactions.status = 'pending'), 0) AS pending
    FROM public.revenue_transactions
    WHERE revenue_transactions.instructor_id = instructor
  ) AS earned
$$;

CREATE FUNCTION get_instructor_student_progress(instructor UUID, course UUID DEFAULT NULL)
  RETURNS TABLE (
    student_id UUID,
    course_id UUID,
    lessons_completed INTEGER,
    total_lessons INTEGER,
    progress NUMERIC,
    status public.enrollment_status,
    last_activity_at TIMESTAMPTZ,
    completed_at TIMESTAMPTZ
  )
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  SELECT
    student_progress.student_id,
    student_progress.course_id,
    student_progress.lessons_completed,
    student_progress.total_lessons,
    student_progress.progress,
    course_enrollments.status,
    student_progress.last_activity_at,
    student_progress.completed_at
  FROM public.student_progress
  JOIN public.course_enrollments
    ON course_enrollments.id = student_progress.enrollment_id
  WHERE student_progress.instructor_id = instructor
    AND (course IS NULL OR student_progress.course_id = course)
  ORDER BY student_progress.last_activity_at DESC, student_progress.id
$$;

CREATE FUNCTION get_instructor_revenue_breakdown(instructor UUID, from_time TIMESTAMPTZ, to_time TIMESTAMPTZ)
  RETURNS TABLE (
    transaction_type public.transaction_type,
    currency TEXT,
    transaction_count BIGINT,
    gross_amount NUMERIC,
    platform_fee NUMERIC,
    net_amount NUMERIC
  )
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  SELECT
    revenue_transactions.transaction_type,
    revenue_transactions.currency::TEXT,
    count(*),
    sum(revenue_transactions.gross_amount),
    sum(revenue_transactions.platform_fee),
    sum(revenue_transactions.net_amount)
  FROM public.revenue_transactions
  WHERE revenue_transactions.instructor_id = instructor
    AND revenue_transactions.status = 'completed'
    AND revenue_transactions.occurred_at >= from_time
    AND revenue_transactions.occurred_at < to_time
  GROUP BY revenue_transactions.transaction_type, revenue_transactions.currency
  ORDER BY revenue_transactions.transaction_type, revenue_transactions.currency
$$;

CREATE FUNCTION get_instructor_recent_activity(instructor UUID, max_rows INTEGER DEFAULT 50)
  RETURNS TABLE (
    activity_id UUID,
    student_id UUID,
    course_id UUID,
    workshop_id UUID,
    activity_type public.activity_type,
    metadata JSONB,
    occurred_at TIMESTAMPTZ
  )
  LANGUAGE sql
  STABLE
  SET search_path = ''
AS $$
  SELECT
    student_activity.id,
    student_activity.student_id,
    student_activity.course_id,
    student_activity.workshop_id,
    student_activity.activity_type,
    student_activity.metadata,
    student_activity.occurred_at
  FROM public.student_activity
  WHERE student_activity.instructor_id = instructor
  ORDER BY student_activity.occurred_at DESC, student_activity.id
  LIMIT greatest(max_rows, 0)
$$;

REVOKE ALL
  ON FUNCTION
    get_instructor_dashboard_stats(UUID),
    get_instructor_student_progress(UUID, UUID),
    get_instructor_revenue_breakdown(UUID, TIMESTAMPTZ, TIMESTAMPTZ),
    get_instructor_recent_activity(UUID, INTEGER)
  FROM PUBLIC, anon;

GRANT EXECUTE
  ON FUNCTION
    get_instructor_dashboard_stats(UUID),
    get_instructor_student_progress(UUID, UUID),
    get_instructor_revenue_breakdown(UUID, TIMESTAMPTZ, TIMESTAMPTZ),
    get_instructor_recent_activity(UUID, INTEGER)
  TO authenticated, service_role;

COMMENT ON FUNCTION get_instructor_dashboard_stats(UUID) IS
  'Figures of an instructor, as far as the caller may see the rows: one row, zeros for a stranger.';
COMMENT ON FUNCTION get_instructor_student_progress(UUID, UUID) IS
  'Progress of the students of an instructor, in one course or in all.';
COMMENT ON FUNCTION get_instructor_revenue_breakdown(UUID, TIMESTAMPTZ, TIMESTAMPTZ) IS
  'Revenue of an instructor from one moment up to another, by kind and currency.';
COMMENT ON FUNCTION get_instructor_recent_activity(UUID, INTEGER) IS
  'What students of an instructor did last.';

-- Views. With security_invoker row security is that of whoever reads them, not of their owner.

CREATE VIEW instructor_course_performance
WITH (security_invoker = TRUE) AS
SELECT
  courses.id AS course_id,
  courses.instructor_id,
  courses.title,
  courses.status,
  courses.difficulty,
  learning.total AS enrollment_count,
  learning.completed AS completed_enrollment_count,
  learning.progress AS average_progress,
  courses.review_count,
  courses.average_rating,
  earned.net AS total_revenue
FROM courses
CROSS JOIN LATERAL (
  SELECT
    count(*) AS total,
    count(*) FILTER (WHERE course_enrollments.status = 'completed') AS completed,
    round(avg(course_enrollments.progress), 2) AS progress
  FROM course_enrollments
  WHERE course_enrollments.course_id = courses.id
) AS learning
CROSS JOIN LATERAL (
  SELECT coalesce(sum(revenue_transactions.net_amount), 0) AS net
  FROM course_enrollments
  JOIN revenue_transactions
    ON revenue_transactions.enrollment_id = course_enrollments.id
  WHERE course_enrollments.course_id = courses.id
    AND revenue_transactions.status = 'completed'
) AS earned
WHERE courses.instructor_id IS NOT NULL;

CREATE VIEW instructor_workshop_performance
WITH (security_invoker = TRUE) AS
SELECT
  workshops.id AS workshop_id,
  workshops.facilitator_id AS instructor_id,
  workshops.title,
  workshops.status,
  workshops.workshop_type,
  workshops.starts_at,
  workshops.capacity,
  workshops.registered_count,
  coming.attended AS attended_count,
  coming.waitlisted AS waitlisted_count,
  workshops.feedback_count,
  workshops.average_satisfaction,
  earned.net AS total_revenue
FROM workshops
CROSS JOIN LATERAL (
  SELECT
    count(*) FILTER (WHERE workshop_registrations.status = 'attended') AS attended,
    count(*) FILTER (WHERE workshop_registrations.status = 'waitlisted') AS waitlisted
  FROM workshop_registrations
  WHERE workshop_registrations.workshop_id = workshops.id
) AS coming
CROSS JOIN LATERAL (
  SELECT coalesce(sum(revenue_transactions.net_amount), 0) AS net
  FROM workshop_registrations
  JOIN revenue_transactions
    ON revenue_transactions.registration_id = workshop_registrations.id
  WHERE workshop_registrations.workshop_id = workshops.id
    AND revenue_transactions.status = 'completed'
) AS earned
WHERE workshops.facilitator_id IS NOT NULL;

CREATE VIEW student_engagement_summary
WITH (security_invoker = TRUE) AS
SELECT
  student_progress.instructor_id,
  student_progress.student_id,
  count(*) AS course_count,
  count(*) FILTER (WHERE student_progress.completed_at IS NOT NULL) AS completed_course_count,
  sum(student_progress.lessons_completed) AS lessons_completed,
  round(avg(student_progress.progress), 2) AS average_progress,
  max(student_progress.last_activity_at) AS last_activity_at
FROM student_progress
WHERE student_progress.instructor_id IS NOT NULL
GROUP BY student_progress.instructor_id, student_progress.student_id;

COMMENT ON VIEW instructor_course_performance IS
  'A row a course with an instructor: learning, reviews and revenue, as far as the reader may see the rows.';
COMMENT ON VIEW instructor_workshop_performance IS
  'A row a workshop with a facilitator: seats, feedback and revenue, as far as the reader may see the rows.';
COMMENT ON VIEW student_engagement_summary IS
  'A row a student of an instructor: courses, lessons and progress, as far as the reader may see the rows.';

REVOKE ALL
  ON instructor_course_performance, instructor_workshop_performance, student_engagement_summary
  FROM PUBLIC, anon, authenticated;

GRANT SELECT
  ON instructor_course_performance, instructor_workshop_performance, student_engagement_summary
  TO authenticated, service_role;
