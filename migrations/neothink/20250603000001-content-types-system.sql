-- Creates the table content_types with four types for all platforms, and lets modules, lessons and resources name one.
-- @phase 3 of 5: Content Enhancement
-- @risk medium content_modules, lessons and resources are locked while an index on their new column is built
-- @downtime none
-- @app-change the UI that creates content offers the types
-- @requires 20250531000000 20250601000003
-- @allow index-create-blocking the tables are locked anyway, for their new column
-- @allow work-after-access-exclusive the indexes are over a column without values, one pass over each table
-- @allow wide-lock-window the three columns come together with the table that they refer to
-- @allow tenant-column-nullable without a tenant it is a system type, which every platform has; a CHECK says so

CREATE TABLE content_types (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  description TEXT,
  schema JSONB NOT NULL,
  tenant_id UUID,
  is_system_type BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_types_pkey
    PRIMARY KEY (id),
  -- A slug belongs to its tenant; a system type exists once.
  CONSTRAINT content_types_tenant_id_slug_key
    UNIQUE NULLS NOT DISTINCT (tenant_id, slug),
  CONSTRAINT content_types_tenant_id_fkey
    FOREIGN KEY (tenant_id)
    REFERENCES tenants (id)
    ON DELETE CASCADE,
  -- A missing key would make it NULL, which a CHECK lets pass.
  CONSTRAINT content_types_schema_check
    CHECK (coalesce(jsonb_typeof(schema -> 'fields') = 'array', FALSE)),
  CONSTRAINT content_types_system_check
    CHECK (is_system_type = (tenant_id IS NULL))
);

CREATE TRIGGER content_types_set_updated_at
  BEFORE UPDATE ON content_types
  FOR EACH ROW
  EXECUTE FUNCTION app_private.set_updated_at();

COMMENT ON TABLE content_types IS
  'Kinds of content and the fields that they have.';
COMMENT ON COLUMN content_types.schema IS
  'Object with the key fields: a list of objects with name, type (string, rich-text, image, number or array) and required.';
COMMENT ON COLUMN content_types.tenant_id IS
  'The tenant that made it; NULL for a system type, which all tenants have.';

INSERT INTO content_types (name, slug, description, schema, is_system_type)
VALUES
  (
    'Text Article',
    'text-article',
    'Simple text article with rich text support',
    '{
      "fields": [
        {"name": "title", "type": "string", "required": true},
        {"name": "content", "type": "rich-text", "required": true},
        {"name": "excerpt", "type": "string", "required": false},
        {"name": "featured_image", "type": "image", "required": false}
      ]
    }',
    TRUE
  ),
  (
    'Video Lesson',
    'video-lesson',
    'Video-based lesson with transcript',
    '{
      "fields": [
        {"name": "title", "type": "string", "required": true},
        {"name": "description", "type": "string", "required": true},
        {"name": "video_url", "type": "string", "required": true},
        {"name": "transcript", "type": "rich-text", "required": false},
        {"name": "duration", "type": "number", "required": false}
      ]
    }',
    TRUE
  ),
  (
    'Interactive Exercise',
    'interactive-exercise',
    'Interactive exercise with questions',
    '{
      "fields": [
        {"name": "title", "type": "string", "required": true},
        {"name": "description", "type": "string", "required": true},
        {"name": "questions", "type": "array", "required": true},
        {"name": "passing_score", "type": "number", "required": true}
      ]
    }',
    TRUE
  ),
  (
    'PDF Document',
    'pdf-document',
    'PDF document with summary',
    '{
      "fields": [
        {"name": "title", "type": "string", "required": true},
        {"name": "description", "type": "string", "required": true},
        {"name": "file_url", "type": "string", "required": true},
        {"name": "summary", "type": "rich-text", "required": false}
      ]
    }',
    TRUE
  )
ON CONFLICT (tenant_id, slug)
DO NOTHING;

-- With its column, and no default, a foreign key is valid at once: every row is NULL, and PostgreSQL looks at none.
ALTER TABLE content_modules
  ADD COLUMN content_type_id UUID
    CONSTRAINT content_modules_content_type_id_fkey
    REFERENCES content_types (id)
    ON DELETE SET NULL;

ALTER TABLE lessons
  ADD COLUMN content_type_id UUID
    CONSTRAINT lessons_content_type_id_fkey
    REFERENCES content_types (id)
    ON DELETE SET NULL;

ALTER TABLE resources
  ADD COLUMN content_type_id UUID
    CONSTRAINT resources_content_type_id_fkey
    REFERENCES content_types (id)
    ON DELETE SET NULL;

CREATE INDEX idx_content_modules_content_type_id
  ON content_modules (content_type_id);

CREATE INDEX idx_lessons_content_type_id
  ON lessons (content_type_id);

CREATE INDEX idx_resources_content_type_id
  ON resources (content_type_id);

COMMENT ON COLUMN content_modules.content_type_id IS
  'A system type, or one of the tenant that owns the module.';
COMMENT ON COLUMN lessons.content_type_id IS
  'A system type, or one of the tenant that owns the module of the lesson.';
COMMENT ON COLUMN resources.content_type_id IS
  'A system type, or one of the tenant that owns the resource.';

ALTER TABLE content_types ENABLE ROW LEVEL SECURITY;

REVOKE ALL
  ON content_types
  FROM anon, authenticated;

GRANT SELECT, INSERT, UPDATE, DELETE
  ON content_types
  TO authenticated;

CREATE POLICY content_types_select
  ON content_types
  FOR SELECT
  TO authenticated
  USING (is_system_type OR tenant_id IN (SELECT app_private.tenant_ids()));

-- A system type has no tenant, so it is nobody's to write.
CREATE POLICY content_types_write
  ON content_types
  FOR ALL
  TO authenticated
  USING (
    tenant_id IN (SELECT own.id FROM app_private.tenant_ids() AS own (id) WHERE app_private.is_tenant_admin(own.id))
  )
  WITH CHECK (
    tenant_id IN (SELECT own.id FROM app_private.tenant_ids() AS own (id) WHERE app_private.is_tenant_admin(own.id))
  );
