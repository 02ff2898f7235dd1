-- Creates the table lessons: what is taught in a section, in order.

CREATE TYPE lesson_type AS ENUM (
  'video',
  'document',
  'quiz',
  'assignment',
  'text'
);

CREATE TYPE video_provider AS ENUM (
  'youtube',
  'vimeo',
  'self_hosted'
);

CREATE TABLE lessons (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  section_id UUID NOT NULL,
  title VARCHAR(255) NOT NULL,
  description TEXT,
  content TEXT,
  lesson_type lesson_type NOT NULL DEFAULT 'text',
  video_url VARCHAR(500),
  video_provider video_provider,
  self_hosted_video_path VARCHAR(500),
  document_paths JSONB NOT NULL DEFAULT '[]',
  external_links JSONB NOT NULL DEFAULT '[]',
  markdown_content TEXT,
  display_order INTEGER NOT NULL DEFAULT 0,
  duration_minutes INTEGER,
  is_published BOOLEAN NOT NULL DEFAULT FALSE,
  requires_completion BOOLEAN NOT NULL DEFAULT TRUE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT lessons_pkey
    PRIMARY KEY (id),
  CONSTRAINT lessons_document_paths_check
    CHECK (jsonb_typeof(document_paths) = 'array'),
  CONSTRAINT lessons_external_links_check
    CHECK (jsonb_typeof(external_links) = 'array'),
  CONSTRAINT lessons_display_order_check
    CHECK (display_order >= 0),
  CONSTRAINT lessons_duration_minutes_check
    CHECK (duration_minutes >= 0),
  CONSTRAINT lessons_hosting_check
    CHECK (video_provider IS DISTINCT FROM 'self_hosted' OR self_hosted_video_path IS NOT NULL),
  CONSTRAINT lessons_section_id_fkey
    FOREIGN KEY (section_id)
    REFERENCES sections (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_lessons_section_id_display_order
  ON lessons (section_id, display_order);

CREATE TRIGGER lessons_set_updated_at
  BEFORE UPDATE ON lessons
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE lesson_type IS
  'What a lesson consists of.';
COMMENT ON TYPE video_provider IS
  'Where a video is hosted.';
COMMENT ON TABLE lessons IS
  'Lessons of a section: video, document, text, or the frame of a quiz or an assignment.';
COMMENT ON COLUMN lessons.self_hosted_video_path IS
  'Required when video_provider is self_hosted.';
COMMENT ON COLUMN lessons.document_paths IS
  'Array of paths of attached documents.';
COMMENT ON COLUMN lessons.external_links IS
  'Array of objects with title and url.';
COMMENT ON COLUMN lessons.markdown_content IS
  'Source of the text in Markdown; content holds what is rendered from it or entered directly.';
COMMENT ON COLUMN lessons.display_order IS
  'Position within the section, ascending from 0.';
