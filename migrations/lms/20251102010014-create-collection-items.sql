-- Creates the table collection_items: the courses in collections.

CREATE TABLE collection_items (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  collection_id UUID NOT NULL,
  course_id UUID NOT NULL,
  display_order INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT collection_items_pkey
    PRIMARY KEY (id),
  CONSTRAINT collection_items_collection_id_course_id_key
    UNIQUE (collection_id, course_id),
  CONSTRAINT collection_items_display_order_check
    CHECK (display_order >= 0),
  CONSTRAINT collection_items_collection_id_fkey
    FOREIGN KEY (collection_id)
    REFERENCES collections (id)
    ON DELETE CASCADE,
  CONSTRAINT collection_items_course_id_fkey
    FOREIGN KEY (course_id)
    REFERENCES courses (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_collection_items_course_id
  ON collection_items (course_id);

COMMENT ON TABLE collection_items IS
  'Courses in a collection. Append-only, hence no updated_at.';
COMMENT ON COLUMN collection_items.display_order IS
  'Position within the collection, ascending from 0.';
