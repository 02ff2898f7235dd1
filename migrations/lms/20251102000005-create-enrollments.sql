-- Creates the table enrollments: the enrollments of users in courses.

CREATE TYPE enrollment_status AS ENUM (
  'active',
  'completed',
  'dropped'
);

CREATE TABLE enrollments (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  user_id UUID NOT NULL,
  course_id UUID NOT NULL,
  enrolled_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  completion_percentage NUMERIC(5, 2) NOT NULL DEFAULT 0,
  status enrollment_status NOT NULL DEFAULT 'active',
  completed_at TIMESTAMPTZ,
  certificate_id UUID,
  last_accessed_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT enrollments_pkey
    PRIMARY KEY (id),
  CONSTRAINT enrollments_user_id_course_id_key
    UNIQUE (user_id, course_id),
  CONSTRAINT enrollments_id_user_id_key
    UNIQUE (id, user_id),
  CONSTRAINT enrollments_completion_percentage_check
    CHECK (completion_percentage BETWEEN 0 AND 100),
  CONSTRAINT enrollments_completed_check
    CHECK ((status = 'completed') = (completed_at IS NOT NULL)),
  CONSTRAINT enrollments_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT enrollments_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE RESTRICT
);

CREATE INDEX idx_enrollments_course_id_status
  ON enrollments (course_id, status);

CREATE INDEX idx_enrollments_created_at
  ON enrollments (created_at);

CREATE INDEX idx_enrollments_certificate_id
  ON enrollments (certificate_id);

CREATE TRIGGER enrollments_set_updated_at
  BEFORE UPDATE ON enrollments
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE enrollment_status IS
  'Where an enrollment stands.';
COMMENT ON TABLE enrollments IS
  'Who is enrolled in which course, and how far along.';
COMMENT ON COLUMN enrollments.completion_percentage IS
  'Progress from 0 to 100.';
COMMENT ON COLUMN enrollments.completed_at IS
  'Set exactly when status is completed.';
COMMENT ON COLUMN enrollments.certificate_id IS
  'The certificate issued; its foreign key comes with the table certificates.';
