-- Seats, progress, statistics and revenue: what triggers keep agrees with the rows that it is kept from.

-- @check every workshop counts the seats that are taken
-- @since 001
SELECT workshops.id, workshops.title, workshops.registered_count, count(workshop_registrations.id) AS taken
FROM workshops
LEFT JOIN workshop_registrations
  ON workshop_registrations.workshop_id = workshops.id
 AND workshop_registrations.status IN ('registered', 'attended')
GROUP BY workshops.id
HAVING workshops.registered_count <> count(workshop_registrations.id);

-- @check every enrollment with all lessons completed is completed or dropped
-- @since 001
SELECT id, status, progress
FROM course_enrollments
WHERE progress = 100
  AND status NOT IN ('completed', 'dropped');

-- A lesson can be moved to another course; progress in it counts for nothing from then on.
-- @check all progress is in lessons of the course that it is for
-- @severity warning
-- @since 001
SELECT lesson_progress.id, lesson_progress.lesson_id, course_enrollments.course_id, course_modules.course_id AS of_lesson
FROM lesson_progress
JOIN course_enrollments
  ON course_enrollments.id = lesson_progress.enrollment_id
JOIN course_lessons
  ON course_lessons.id = lesson_progress.lesson_id
JOIN course_modules
  ON course_modules.id = course_lessons.module_id
WHERE course_modules.course_id <> course_enrollments.course_id;

-- Row security asks for is_published, people look at status.
-- @check the status of every course says whether it is published
-- @severity warning
-- @since 002
SELECT id, title, status, is_published
FROM courses
WHERE (status = 'published') <> is_published;

-- @check every enrollment has its student progress
-- @since 002
SELECT course_enrollments.id, course_enrollments.progress, student_progress.progress AS of_student
FROM course_enrollments
LEFT JOIN student_progress
  ON student_progress.enrollment_id = course_enrollments.id
WHERE (student_progress.student_id, student_progress.course_id, student_progress.progress, student_progress.completed_at)
  IS DISTINCT FROM (
    course_enrollments.user_id, course_enrollments.course_id, course_enrollments.progress,
    course_enrollments.completed_at
  );

-- @check the statistics of every course are what its rows say
-- @since 002
SELECT courses.id, courses.title, enrollments.total, reviewed.total AS reviews, reviewed.rating, earned.net
FROM courses
CROSS JOIN LATERAL (
  SELECT count(*) AS total
  FROM course_enrollments
  WHERE course_enrollments.course_id = courses.id
) AS enrollments
CROSS JOIN LATERAL (
  SELECT count(*) AS total, round(avg(course_reviews.rating), 2) AS rating
  FROM course_reviews
  WHERE course_reviews.course_id = courses.id
    AND course_reviews.is_published
) AS reviewed
CROSS JOIN LATERAL (
  SELECT coalesce(sum(revenue_transactions.net_amount), 0) AS net
  FROM revenue_transactions
  JOIN course_enrollments
    ON course_enrollments.id = revenue_transactions.enrollment_id
  WHERE course_enrollments.course_id = courses.id
    AND revenue_transactions.status = 'completed'
) AS earned
WHERE (courses.enrollment_count, courses.review_count, courses.average_rating, courses.total_revenue)
  IS DISTINCT FROM (enrollments.total, reviewed.total, reviewed.rating, earned.net);

-- @check the statistics of every workshop are what its rows say
-- @since 002
SELECT workshops.id, workshops.title, judged.total AS feedbacks, judged.satisfaction, earned.net
FROM workshops
CROSS JOIN LATERAL (
  SELECT count(*) AS total, round(avg(workshop_feedback.satisfaction), 2) AS satisfaction
  FROM workshop_feedback
  WHERE workshop_feedback.workshop_id = workshops.id
) AS judged
CROSS JOIN LATERAL (
  SELECT coalesce(sum(revenue_transactions.net_amount), 0) AS net
  FROM revenue_transactions
  JOIN workshop_registrations
    ON workshop_registrations.id = revenue_transactions.registration_id
  WHERE workshop_registrations.workshop_id = workshops.id
    AND revenue_transactions.status = 'completed'
) AS earned
WHERE (workshops.feedback_count, workshops.average_satisfaction, workshops.total_revenue)
  IS DISTINCT FROM (judged.total, judged.satisfaction, earned.net);

-- A profile that is made later than the courses knows of them with the next enrollment, review or sale, or with
-- SELECT app_private.refresh_instructor_statistics(user_id).
-- @check the totals of every instructor are what the rows say
-- @severity warning
-- @since 002
SELECT instructor_profiles.user_id, taught.total AS courses, learning.students, reviewed.rating, earned.net
FROM instructor_profiles
CROSS JOIN LATERAL (
  SELECT count(*) AS total
  FROM courses
  WHERE courses.instructor_id = instructor_profiles.user_id
) AS taught
CROSS JOIN LATERAL (
  SELECT count(*) AS total
  FROM workshops
  WHERE workshops.facilitator_id = instructor_profiles.user_id
) AS held
CROSS JOIN LATERAL (
  SELECT count(DISTINCT course_enrollments.user_id) AS students
  FROM courses
  JOIN course_enrollments
    ON course_enrollments.course_id = courses.id
  WHERE courses.instructor_id = instructor_profiles.user_id
) AS learning
CROSS JOIN LATERAL (
  SELECT round(avg(course_reviews.rating), 2) AS rating
  FROM courses
  JOIN course_reviews
    ON course_reviews.course_id = courses.id
  WHERE courses.instructor_id = instructor_profiles.user_id
    AND course_reviews.is_published
) AS reviewed
CROSS JOIN LATERAL (
  SELECT coalesce(sum(revenue_transactions.net_amount), 0) AS net
  FROM revenue_transactions
  WHERE revenue_transactions.instructor_id = instructor_profiles.user_id
    AND revenue_transactions.status = 'completed'
) AS earned
WHERE (
  instructor_profiles.total_courses, instructor_profiles.total_workshops, instructor_profiles.total_students,
  instructor_profiles.average_rating, instructor_profiles.total_revenue
) IS DISTINCT FROM (taught.total, held.total, learning.students, reviewed.rating, earned.net);

-- @check every review is of the course of its enrollment
-- @since 002
SELECT course_reviews.id, course_reviews.course_id, course_enrollments.course_id AS of_enrollment
FROM course_reviews
JOIN course_enrollments
  ON course_enrollments.id = course_reviews.enrollment_id
WHERE (course_enrollments.course_id, course_enrollments.user_id) <> (course_reviews.course_id, course_reviews.student_id);

-- @check all feedback is of the workshop of its registration
-- @since 002
SELECT workshop_feedback.id, workshop_feedback.workshop_id, workshop_registrations.workshop_id AS of_registration
FROM workshop_feedback
JOIN workshop_registrations
  ON workshop_registrations.id = workshop_feedback.registration_id
WHERE (workshop_registrations.workshop_id, workshop_registrations.user_id)
  <> (workshop_feedback.workshop_id, workshop_feedback.student_id);

-- @check every refund takes back a sale, and what it gave
-- @since 002
SELECT refunds.id, refunds.net_amount, sales.net_amount AS of_sale
FROM revenue_transactions AS refunds
LEFT JOIN revenue_transactions AS sales
  ON sales.transaction_type <> 'refund'
 AND (sales.enrollment_id = refunds.enrollment_id OR sales.registration_id = refunds.registration_id)
WHERE refunds.transaction_type = 'refund'
  AND (refunds.enrollment_id IS NOT NULL OR refunds.registration_id IS NOT NULL)
  AND -refunds.net_amount IS DISTINCT FROM sales.net_amount;
