-- Creates the table content_versions: the versions of courses, modules, lessons and quizzes.
-- @phase group 3 of 7: content system
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000002 20251102010000

-- The type content_kind, which all the content tables share, is first needed and created here.

CREATE TYPE content_kind AS ENUM (
  'course',
  'module',
  'lesson',
  'quiz'
);

CREATE TYPE version_status AS ENUM (
  'draft',
  'review',
  'published',
  'archived'
);

CREATE TABLE content_versions (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  content_type content_kind NOT NULL,
  content_id UUID NOT NULL,
  academy_id UUID NOT NULL,
  version_number VARCHAR(20) NOT NULL,
  content_snapshot JSONB NOT NULL,
  delta JSONB NOT NULL DEFAULT '{}',
  status version_status NOT NULL DEFAULT 'draft',
  created_by UUID NOT NULL,
  change_summary TEXT,
  metadata JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_versions_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_versions_version_number_check
    CHECK (version_number ~ '^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$'),
  CONSTRAINT content_versions_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE RESTRICT,
  CONSTRAINT content_versions_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE RESTRICT
);

CREATE UNIQUE INDEX uq_content_versions_content_type_content_id_version_number
  ON content_versions (content_type, content_id, version_number);

CREATE UNIQUE INDEX uq_content_versions_published
  ON content_versions (content_type, content_id)
  WHERE status = 'published';

CREATE INDEX idx_content_versions_academy_id_status
  ON content_versions (academy_id, status);

CREATE INDEX idx_content_versions_created_by
  ON content_versions (created_by);

CREATE INDEX idx_content_versions_created_at
  ON content_versions (created_at);

COMMENT ON TYPE content_kind IS
  'The four kinds of content, by the names of their tables in the singular.';
COMMENT ON TYPE version_status IS
  'Where a version of content stands.';
COMMENT ON TABLE content_versions IS
  'Versions of content, each a full snapshot. Append-only apart from status, hence no updated_at.';
COMMENT ON COLUMN content_versions.content_id IS
  'Key in the table that content_type names; a column that points into four tables cannot be a foreign key.';
COMMENT ON COLUMN content_versions.version_number IS
  'Semantic version: major.minor.patch, optionally -prerelease.';
COMMENT ON COLUMN content_versions.content_snapshot IS
  'Object: the complete content as it was.';
COMMENT ON COLUMN content_versions.delta IS
  'Object: what changed since the version before; empty for the first.';
COMMENT ON COLUMN content_versions.status IS
  'At most one version of a content is published (uq_content_versions_published).';
COMMENT ON COLUMN content_versions.metadata IS
  'Free object of the application.';
