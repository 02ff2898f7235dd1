-- What happens in the first course: a module with two lessons, a co-instructor, and an enrollment that was paid. And a
-- workshop with a single seat. Without the people or the course, nothing.

INSERT INTO course_modules (id, course_id, title, order_index)
SELECT '00000000-0000-4000-8000-000500000001', courses.id, 'Before anything moves', 0
FROM courses
WHERE courses.id = '00000000-0000-4000-8000-000400000001'
ON CONFLICT (id)
DO NOTHING;

INSERT INTO course_lessons (id, module_id, title, content_type, duration_minutes, order_index, is_preview)
SELECT lessons.id, course_modules.id, lessons.title, lessons.content_type::content_type, lessons.minutes, lessons.position, lessons.preview
FROM (VALUES
  ('00000000-0000-4000-8000-000600000001'::UUID, 'Why change hurts', 'video', 12, 0, TRUE),
  ('00000000-0000-4000-8000-000600000002'::UUID, 'What stays', 'article', 8, 1, FALSE)
) AS lessons (id, title, content_type, minutes, position, preview)
JOIN course_modules
  ON course_modules.id = '00000000-0000-4000-8000-000500000001'
ON CONFLICT (id)
DO NOTHING;

INSERT INTO course_instructors (id, course_id, instructor_id, can_edit)
SELECT '00000000-0000-4000-8000-000700000001', courses.id, users.id, FALSE
FROM courses
JOIN users
  ON users.email = 'carl@teaching.example'
WHERE courses.id = '00000000-0000-4000-8000-000400000001'
ON CONFLICT (course_id, instructor_id)
DO NOTHING;

INSERT INTO workshops (id, facilitator_id, title, slug, description, status, starts_at, ends_at, capacity, location, workshop_type)
SELECT
  '00000000-0000-4000-8000-000800000001', users.id, 'One to One', 'one-to-one', 'A single seat: whoever comes first.',
  'published', '2035-05-04 09:00:00+00', '2035-05-04 12:00:00+00', 1, 'Aarhus', 'in_person'
FROM users
WHERE users.email = 'ines@teaching.example'
ON CONFLICT (id)
DO NOTHING;

-- Triggers make student progress, activity and revenue of it: 100.00 paid, 20.00 kept by the platform.
INSERT INTO course_enrollments (id, course_id, user_id, organization_id, price_paid, payment_status, enrolled_at)
SELECT
  '00000000-0000-4000-8000-000900000001', courses.id, users.id, users.organization_id, courses.price, 'completed',
  '2025-10-06 08:00:00+00'
FROM courses
JOIN users
  ON users.email = 'max@alder.example'
WHERE courses.id = '00000000-0000-4000-8000-000400000001'
ON CONFLICT (course_id, user_id)
DO NOTHING;
