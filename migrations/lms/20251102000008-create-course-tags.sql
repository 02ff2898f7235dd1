-- Creates the table course_tags: the tags of courses.

CREATE TABLE course_tags (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  course_id UUID NOT NULL,
  tag VARCHAR(100) NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT course_tags_pkey
    PRIMARY KEY (id),
  CONSTRAINT course_tags_course_id_tag_key
    UNIQUE (course_id, tag),
  CONSTRAINT course_tags_tag_check
    CHECK (btrim(tag) <> ''),
  CONSTRAINT course_tags_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_course_tags_tag
  ON course_tags (tag);

COMMENT ON TABLE course_tags IS
  'Tags of courses. Append-only, hence no updated_at.';
