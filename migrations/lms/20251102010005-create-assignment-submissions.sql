-- Creates the table assignment_submissions: the work that users hand in for assignments.

CREATE TYPE submission_status AS ENUM (
  'draft',
  'submitted',
  'graded',
  'returned'
);

CREATE TABLE assignment_submissions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  assignment_id UUID NOT NULL,
  user_id UUID NOT NULL,
  enrollment_id UUID NOT NULL,
  status submission_status NOT NULL DEFAULT 'draft',
  content TEXT,
  attachment_paths JSONB NOT NULL DEFAULT '[]',
  points_awarded NUMERIC(7, 2),
  graded_by UUID,
  graded_at TIMESTAMPTZ,
  feedback TEXT,
  submitted_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assignment_submissions_pkey
    PRIMARY KEY (id),
  CONSTRAINT assignment_submissions_assignment_id_user_id_key
    UNIQUE (assignment_id, user_id),
  CONSTRAINT assignment_submissions_attachment_paths_check
    CHECK (jsonb_typeof(attachment_paths) = 'array'),
  CONSTRAINT assignment_submissions_points_awarded_check
    CHECK (points_awarded >= 0),
  CONSTRAINT assignment_submissions_assignment_id_fkey
    FOREIGN KEY (assignment_id)
    REFERENCES assignments (id)
    ON DELETE RESTRICT,
  CONSTRAINT assignment_submissions_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT assignment_submissions_graded_by_fkey
    FOREIGN KEY (graded_by)
    REFERENCES users (id)
    ON DELETE SET NULL,
  CONSTRAINT assignment_submissions_enrollment_id_user_id_fkey
    FOREIGN KEY (enrollment_id, user_id)
    REFERENCES enrollments (id, user_id)
    ON DELETE CASCADE
);

CREATE INDEX idx_assignment_submissions_user_id
  ON assignment_submissions (user_id);

CREATE INDEX idx_assignment_submissions_enrollment_id_user_id
  ON assignment_submissions (enrollment_id, user_id);

CREATE INDEX idx_assignment_submissions_graded_by
  ON assignment_submissions (graded_by);

CREATE TRIGGER assignment_submissions_set_updated_at
  BEFORE UPDATE ON assignment_submissions
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE submission_status IS
  'Where the work handed in stands.';
COMMENT ON TABLE assignment_submissions IS
  'Work handed in for an assignment; one row a user.';
COMMENT ON COLUMN assignment_submissions.enrollment_id IS
  'The foreign key includes user_id, so that a submission cannot name another user than its enrollment.';
COMMENT ON COLUMN assignment_submissions.attachment_paths IS
  'Array of paths of the files handed in.';
