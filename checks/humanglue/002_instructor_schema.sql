-- Guards of 002_instructor_schema: what was there already has its status, its progress, its revenue and its statistics.

-- @check the status of every course says whether it is published
SELECT id, title, status, is_published
FROM courses
WHERE (status = 'published') <> is_published;

-- @check every enrollment has its student progress
SELECT course_enrollments.id, course_enrollments.progress, student_progress.progress AS of_student
FROM course_enrollments
LEFT JOIN student_progress
  ON student_progress.enrollment_id = course_enrollments.id
WHERE (student_progress.student_id, student_progress.course_id, student_progress.progress)
  IS DISTINCT FROM (course_enrollments.user_id, course_enrollments.course_id, course_enrollments.progress);

-- @check every enrollment that was paid for has its revenue
SELECT course_enrollments.id, course_enrollments.price_paid
FROM course_enrollments
JOIN courses
  ON courses.id = course_enrollments.course_id
WHERE course_enrollments.price_paid > 0
  AND course_enrollments.payment_status = 'completed'
  AND courses.instructor_id IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM revenue_transactions
    WHERE revenue_transactions.enrollment_id = course_enrollments.id
      AND revenue_transactions.gross_amount = course_enrollments.price_paid
  );

-- @check every registration that was paid for has its revenue
SELECT workshop_registrations.id, workshop_registrations.price_paid
FROM workshop_registrations
JOIN workshops
  ON workshops.id = workshop_registrations.workshop_id
WHERE workshop_registrations.price_paid > 0
  AND workshop_registrations.payment_status = 'completed'
  AND workshops.facilitator_id IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM revenue_transactions
    WHERE revenue_transactions.registration_id = workshop_registrations.id
      AND revenue_transactions.gross_amount = workshop_registrations.price_paid
  );

-- @check every course counts its enrollments and its revenue
SELECT courses.id, courses.title, courses.enrollment_count, courses.total_revenue
FROM courses
WHERE courses.enrollment_count <> (
  SELECT count(*)
  FROM course_enrollments
  WHERE course_enrollments.course_id = courses.id
)
OR courses.total_revenue <> (
  SELECT coalesce(sum(revenue_transactions.net_amount), 0)
  FROM revenue_transactions
  JOIN course_enrollments
    ON course_enrollments.id = revenue_transactions.enrollment_id
  WHERE course_enrollments.course_id = courses.id
);

-- @check the triggers that keep updated_at are switched on again
SELECT tgrelid::regclass AS "table", tgname
FROM pg_trigger
WHERE tgrelid IN ('courses'::regclass, 'workshops'::regclass)
  AND NOT tgisinternal
  AND tgenabled = 'D';

-- @check every constraint of courses and workshops has been validated
SELECT conrelid::regclass AS "table", conname
FROM pg_constraint
WHERE conrelid IN ('courses'::regclass, 'workshops'::regclass)
  AND NOT convalidated;
