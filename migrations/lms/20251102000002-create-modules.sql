-- Creates the table modules: an optional grouping of the sections of a course.

CREATE TABLE modules (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  title VARCHAR(255) NOT NULL,
  description TEXT,
  display_order INTEGER NOT NULL DEFAULT 0,
  is_published BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT modules_pkey
    PRIMARY KEY (id),
  CONSTRAINT modules_id_course_id_key
    UNIQUE (id, course_id),
  CONSTRAINT modules_display_order_check
    CHECK (display_order >= 0),
  CONSTRAINT modules_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_modules_course_id_display_order
  ON modules (course_id, display_order);

CREATE TRIGGER modules_set_updated_at
  BEFORE UPDATE ON modules
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE modules IS
  'Optional grouping of the sections of a course.';
COMMENT ON COLUMN modules.display_order IS
  'Position within the course, ascending from 0.';
