-- Creates the table learning_path_courses: the courses of learning paths.

CREATE TABLE learning_path_courses (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  learning_path_id UUID NOT NULL,
  course_id UUID NOT NULL,
  display_order INTEGER NOT NULL DEFAULT 0,
  is_required BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT learning_path_courses_pkey
    PRIMARY KEY (id),
  CONSTRAINT learning_path_courses_learning_path_id_course_id_key
    UNIQUE (learning_path_id, course_id),
  CONSTRAINT learning_path_courses_display_order_check
    CHECK (display_order >= 0),
  CONSTRAINT learning_path_courses_learning_path_id_fkey
    FOREIGN KEY (learning_path_id)
    REFERENCES learning_paths (id)
    ON DELETE CASCADE,
  CONSTRAINT learning_path_courses_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE RESTRICT
);

CREATE INDEX idx_learning_path_courses_course_id
  ON learning_path_courses (course_id);

COMMENT ON TABLE learning_path_courses IS
  'Courses of a learning path. Append-only, hence no updated_at.';
COMMENT ON COLUMN learning_path_courses.display_order IS
  'Position within the path, ascending from 0.';
