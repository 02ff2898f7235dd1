-- Six users, each with a role. The hashes are bcrypt of "lms-demo", for development only.

INSERT INTO users (id, email, username, password_hash, first_name, last_name, role_id, is_email_verified)
SELECT people.id, people.email, people.username, people.password_hash, people.first_name, people.last_name, roles.id, TRUE
FROM (VALUES
  ('00000000-0000-4000-8000-000200000001'::UUID, 'ada@lms.example', 'ada', '$2a$10$wokDGKf4ZOEpFfwNipWvCudbqF6R5oFNW4UaC.mbL9hJOx6kuSQqe', 'Ada', 'Admin', 'admin'),
  ('00000000-0000-4000-8000-000200000002'::UUID, 'ines@lms.example', 'ines', '$2a$10$W4R1D68jBPut9KM6h4xuj.7My57wJ9bq.u9K1ZS.EXVRuQYw9dFpe', 'Ines', 'Instructor', 'instructor'),
  ('00000000-0000-4000-8000-000200000003'::UUID, 'igor@lms.example', 'igor', '$2a$10$ibwxpYrPmtSYnk0p/CCIvuGfAhwT0wMXH9P1G8Nx3qBaGw.uNuCiq', 'Igor', 'Instructor', 'instructor'),
  ('00000000-0000-4000-8000-000200000004'::UUID, 'sara@lms.example', 'sara', '$2a$10$mpQSKhIrWy3fZLH2BrSkGecJkEB1A1NIjPKjB.F24SogrGv0z0kxW', 'Sara', 'Student', 'student'),
  ('00000000-0000-4000-8000-000200000005'::UUID, 'sven@lms.example', 'sven', '$2a$10$rynhCqmurvpENspZZYw9yei5KETUSdZ7LGfJdoBT9J01D2jzvfT3i', 'Sven', 'Student', 'student'),
  ('00000000-0000-4000-8000-000200000006'::UUID, 'sofia@lms.example', 'sofia', '$2a$10$099MmGEYJDDK5eoqCdNI8uSy0fP7cRRkZ7k1hMO4qrqQbesqkGDYi', 'Sofia', 'Student', 'student')
) AS people (id, email, username, password_hash, first_name, last_name, role_name)
JOIN roles
  ON roles.name = people.role_name
ORDER BY people.id
ON CONFLICT (id)
DO UPDATE
SET
  email = excluded.email,
  username = excluded.username,
  password_hash = excluded.password_hash,
  first_name = excluded.first_name,
  last_name = excluded.last_name,
  role_id = excluded.role_id,
  is_email_verified = excluded.is_email_verified
WHERE (users.email, users.username, users.password_hash, users.first_name, users.last_name, users.role_id, users.is_email_verified)
  IS DISTINCT FROM
  (excluded.email, excluded.username, excluded.password_hash, excluded.first_name, excluded.last_name, excluded.role_id, excluded.is_email_verified);
