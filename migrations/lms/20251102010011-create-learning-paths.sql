-- Creates the table learning_paths: the learning paths, ordered series of courses.

CREATE TABLE learning_paths (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  title VARCHAR(255) NOT NULL,
  slug VARCHAR(255) NOT NULL,
  description TEXT,
  difficulty_level difficulty_level NOT NULL DEFAULT 'beginner',
  is_published BOOLEAN NOT NULL DEFAULT FALSE,
  created_by UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT learning_paths_pkey
    PRIMARY KEY (id),
  CONSTRAINT learning_paths_slug_key
    UNIQUE (slug),
  CONSTRAINT learning_paths_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE RESTRICT
);

CREATE INDEX idx_learning_paths_created_by
  ON learning_paths (created_by);

CREATE TRIGGER learning_paths_set_updated_at
  BEFORE UPDATE ON learning_paths
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE learning_paths IS
  'Learning paths: ordered series of courses.';
