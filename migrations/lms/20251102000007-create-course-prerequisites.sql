-- Creates the table course_prerequisites: the courses to complete before another course.

CREATE TABLE course_prerequisites (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  prerequisite_course_id UUID NOT NULL,
  min_completion_percentage INTEGER NOT NULL DEFAULT 100,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_prerequisites_pkey
    PRIMARY KEY (id),
  CONSTRAINT course_prerequisites_course_id_prerequisite_course_id_key
    UNIQUE (course_id, prerequisite_course_id),
  CONSTRAINT course_prerequisites_min_completion_percentage_check
    CHECK (min_completion_percentage BETWEEN 0 AND 100),
  CONSTRAINT course_prerequisites_not_self_check
    CHECK (course_id <> prerequisite_course_id),
  CONSTRAINT course_prerequisites_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE,
  CONSTRAINT course_prerequisites_prerequisite_course_id_fkey
    FOREIGN KEY (prerequisite_course_id)
    REFERENCES courses (id)
    ON DELETE RESTRICT
);

CREATE INDEX idx_course_prerequisites_prerequisite_course_id
  ON course_prerequisites (prerequisite_course_id);

COMMENT ON TABLE course_prerequisites IS
  'Courses to complete before another course. Append-only, hence no updated_at.';
COMMENT ON COLUMN course_prerequisites.min_completion_percentage IS
  'How much of the prerequisite must be completed, from 0 to 100.';
