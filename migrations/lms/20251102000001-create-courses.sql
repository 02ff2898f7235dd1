-- Creates the table courses: what is taught, with its editorial state, price and rules.

CREATE TYPE course_status AS ENUM (
  'draft',
  'published',
  'archived'
);

CREATE TYPE course_visibility AS ENUM (
  'public',
  'private',
  'restricted'
);

CREATE TYPE difficulty_level AS ENUM (
  'beginner',
  'intermediate',
  'advanced'
);

CREATE TABLE courses (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  title VARCHAR(255) NOT NULL,
  slug VARCHAR(255) NOT NULL,
  description TEXT NOT NULL,
  content TEXT,
  thumbnail_url TEXT,
  instructor_id UUID NOT NULL,
  category_id UUID NOT NULL,
  status course_status NOT NULL DEFAULT 'draft',
  visibility course_visibility NOT NULL DEFAULT 'public',
  is_featured BOOLEAN NOT NULL DEFAULT FALSE,
  difficulty_level difficulty_level NOT NULL DEFAULT 'beginner',
  language VARCHAR(10) NOT NULL DEFAULT 'en',
  price NUMERIC(10, 2) NOT NULL DEFAULT 0,
  prerequisites JSONB NOT NULL DEFAULT '[]',
  required_score INTEGER NOT NULL DEFAULT 0,
  allow_retake BOOLEAN NOT NULL DEFAULT TRUE,
  max_attempts INTEGER,
  estimated_hours NUMERIC(10, 2),
  tags JSONB NOT NULL DEFAULT '[]',
  meta_description VARCHAR(500),
  meta_keywords VARCHAR(500),
  created_by UUID NOT NULL,
  updated_by UUID NOT NULL,
  published_at TIMESTAMPTZ,
  deleted_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT courses_pkey
    PRIMARY KEY (id),
  CONSTRAINT courses_slug_key
    UNIQUE (slug),
  CONSTRAINT courses_price_check
    CHECK (price >= 0),
  CONSTRAINT courses_prerequisites_check
    CHECK (jsonb_typeof(prerequisites) = 'array'),
  CONSTRAINT courses_required_score_check
    CHECK (required_score BETWEEN 0 AND 100),
  CONSTRAINT courses_max_attempts_check
    CHECK (max_attempts > 0),
  CONSTRAINT courses_estimated_hours_check
    CHECK (estimated_hours >= 0),
  CONSTRAINT courses_tags_check
    CHECK (jsonb_typeof(tags) = 'array'),
  CONSTRAINT courses_published_check
    CHECK (status <> 'published' OR published_at IS NOT NULL),
  CONSTRAINT courses_retake_check
    CHECK (allow_retake OR coalesce(max_attempts, 1) = 1),
  CONSTRAINT courses_instructor_id_fkey
    FOREIGN KEY (instructor_id)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT courses_category_id_fkey
    FOREIGN KEY (category_id)
    REFERENCES categories (id)
    ON DELETE RESTRICT,
  CONSTRAINT courses_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE RESTRICT,
  CONSTRAINT courses_updated_by_fkey
    FOREIGN KEY (updated_by)
    REFERENCES users (id)
    ON DELETE RESTRICT
);

CREATE INDEX idx_courses_title
  ON courses (title);

CREATE INDEX idx_courses_instructor_id
  ON courses (instructor_id);

CREATE INDEX idx_courses_category_id
  ON courses (category_id);

CREATE INDEX idx_courses_status_not_deleted
  ON courses (status)
  WHERE deleted_at IS NULL;

CREATE INDEX idx_courses_created_at
  ON courses (created_at);

CREATE INDEX idx_courses_created_by
  ON courses (created_by);

CREATE INDEX idx_courses_updated_by
  ON courses (updated_by);

CREATE TRIGGER courses_set_updated_at
  BEFORE UPDATE ON courses
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE course_status IS
  'Editorial state of a course.';
COMMENT ON TYPE course_visibility IS
  'Who may see a course.';
COMMENT ON TYPE difficulty_level IS
  'How hard a course or a learning path is.';
COMMENT ON TABLE courses IS
  'Courses. Deleted softly by deleted_at. Content hangs below: modules, sections, lessons, quizzes.';
COMMENT ON COLUMN courses.status IS
  'Published requires published_at.';
COMMENT ON COLUMN courses.prerequisites IS
  'Array of course ids, kept for display; the table course_prerequisites is authoritative.';
COMMENT ON COLUMN courses.required_score IS
  'Score in percent that counts as passed.';
COMMENT ON COLUMN courses.allow_retake IS
  'When false, max_attempts is 1 or not given.';
COMMENT ON COLUMN courses.tags IS
  'Array of strings, kept for display; the table course_tags is authoritative.';
COMMENT ON COLUMN courses.deleted_at IS
  'Moment of the soft deletion; NULL for a course that exists.';
