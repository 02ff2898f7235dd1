-- Creates the table sections: the parts of a course, which hold its lessons.

CREATE TABLE sections (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  module_id UUID,
  title VARCHAR(255) NOT NULL,
  description TEXT,
  display_order INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT sections_pkey
    PRIMARY KEY (id),
  CONSTRAINT sections_display_order_check
    CHECK (display_order >= 0),
  CONSTRAINT sections_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE,
  CONSTRAINT sections_module_id_course_id_fkey
    FOREIGN KEY (module_id, course_id)
    REFERENCES modules (id, course_id)
    ON DELETE NO ACTION
);

CREATE INDEX idx_sections_course_id_display_order
  ON sections (course_id, display_order);

CREATE INDEX idx_sections_module_id_course_id
  ON sections (module_id, course_id);

CREATE TRIGGER sections_set_updated_at
  BEFORE UPDATE ON sections
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE sections IS
  'Sections of a course; they hold the lessons.';
COMMENT ON COLUMN sections.module_id IS
  'Optional module. The foreign key includes course_id, so that a section and its module belong to one course.';
COMMENT ON COLUMN sections.display_order IS
  'Position within the course, ascending from 0.';
