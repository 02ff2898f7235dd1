-- Creates the table assignments: the tasks that a lesson sets.

CREATE TABLE assignments (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  lesson_id UUID NOT NULL,
  title VARCHAR(255) NOT NULL,
  instructions TEXT NOT NULL,
  max_points INTEGER NOT NULL DEFAULT 100,
  due_at TIMESTAMPTZ,
  allow_late BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assignments_pkey
    PRIMARY KEY (id),
  CONSTRAINT assignments_max_points_check
    CHECK (max_points > 0),
  CONSTRAINT assignments_lesson_id_fkey
    FOREIGN KEY (lesson_id)
    REFERENCES lessons (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_assignments_lesson_id
  ON assignments (lesson_id);

CREATE TRIGGER assignments_set_updated_at
  BEFORE UPDATE ON assignments
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE assignments IS
  'Assignments of a lesson.';
