-- Creates the tables languages, with five languages, and content_translations.
-- @phase 3 of 5: Content Enhancement
-- @risk medium creates empty tables
-- @downtime none
-- @app-change the translation UI writes drafts; a job with service_role publishes them
-- @requires 20250601000003 20250603000001

CREATE TABLE languages (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  code TEXT NOT NULL,
  name TEXT NOT NULL,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  is_default BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT languages_pkey
    PRIMARY KEY (id),
  CONSTRAINT languages_code_key
    UNIQUE (code),
  CONSTRAINT languages_code_check
    CHECK (code ~ '^[a-z]{2,3}(-[A-Z]{2})?$')
);

-- At most one language is the default.
CREATE UNIQUE INDEX uq_languages_is_default
  ON languages (is_default)
  WHERE is_default;

COMMENT ON TABLE languages IS
  'The languages of content; one of them is the default.';
COMMENT ON COLUMN languages.code IS
  'ISO 639, with a country where it matters: pt-BR.';

INSERT INTO languages (code, name, is_active, is_default)
VALUES
  ('en', 'English', TRUE, TRUE),
  ('es', 'Spanish', TRUE, FALSE),
  ('fr', 'French', TRUE, FALSE),
  ('de', 'German', TRUE, FALSE),
  ('zh', 'Chinese', TRUE, FALSE)
ON CONFLICT (code)
DO NOTHING;

CREATE TABLE content_translations (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  content_type TEXT NOT NULL,
  content_id UUID NOT NULL,
  language_code TEXT NOT NULL,
  title TEXT,
  description TEXT,
  content TEXT,
  metadata JSONB NOT NULL DEFAULT '{}',
  translator_id UUID,
  status TEXT NOT NULL DEFAULT 'draft',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_translations_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_translations_content_language_key
    UNIQUE (content_type, content_id, language_code),
  CONSTRAINT content_translations_language_code_fkey
    FOREIGN KEY (language_code)
    REFERENCES languages (code)
    ON DELETE RESTRICT,
  CONSTRAINT content_translations_translator_id_fkey
    FOREIGN KEY (translator_id)
    REFERENCES auth.users (id)
    ON DELETE SET NULL,
  CONSTRAINT content_translations_status_check
    CHECK (status IN ('draft', 'review', 'published'))
);

CREATE INDEX idx_content_translations_language_code
  ON content_translations (language_code);

CREATE INDEX idx_content_translations_translator_id
  ON content_translations (translator_id);

CREATE TRIGGER content_translations_set_updated_at
  BEFORE UPDATE ON content_translations
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE content_translations IS
  'Content in another language; one translation for each.';
COMMENT ON COLUMN content_translations.content_type IS
  'What content_id names, as in content_versions.';
COMMENT ON COLUMN content_translations.metadata IS
  'Free object of the application.';
COMMENT ON COLUMN content_translations.status IS
  'draft and review are the translator''s; published is set by service_role.';

ALTER TABLE languages ENABLE ROW LEVEL SECURITY;
ALTER TABLE content_translations ENABLE ROW LEVEL SECURITY;

REVOKE ALL
  ON languages, content_translations
  FROM anon, authenticated;

GRANT SELECT
  ON languages
  TO authenticated;

GRANT SELECT, INSERT, UPDATE
  ON content_translations
  TO authenticated;

CREATE POLICY languages_select
  ON languages
  FOR SELECT
  TO authenticated
  USING (TRUE);

CREATE POLICY content_translations_select
  ON content_translations
  FOR SELECT
  TO authenticated
  USING (status = 'published' OR translator_id = (SELECT auth.uid()));

CREATE POLICY content_translations_insert
  ON content_translations
  FOR INSERT
  TO authenticated
  WITH CHECK (translator_id = (SELECT auth.uid()) AND status <> 'published');

CREATE POLICY content_translations_update
  ON content_translations
  FOR UPDATE
  TO authenticated
  USING (translator_id = (SELECT auth.uid()) AND status <> 'published')
  WITH CHECK (translator_id = (SELECT auth.uid()) AND status <> 'published');
