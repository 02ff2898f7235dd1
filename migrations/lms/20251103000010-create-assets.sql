-- Creates the table assets: the digital assets: images, videos, documents, audio, archives.
-- @phase group 5 of 7: asset and validation system
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000000 20251101000002 20251102010000

CREATE TYPE asset_type AS ENUM (
  'image',
  'video',
  'document',
  'audio',
  'archive'
);

CREATE TABLE assets (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  academy_id UUID NOT NULL,
  asset_type asset_type NOT NULL,
  file_name VARCHAR(255) NOT NULL,
  storage_path VARCHAR(500) NOT NULL,
  mime_type VARCHAR(100) NOT NULL,
  file_size BIGINT NOT NULL,
  dimensions VARCHAR(50),
  duration INTEGER,
  uploaded_by UUID NOT NULL,
  usage_count INTEGER NOT NULL DEFAULT 0,
  tags TEXT[] NOT NULL DEFAULT '{}',
  metadata JSONB NOT NULL DEFAULT '{}',
  variants JSONB NOT NULL DEFAULT '{}',
  is_public BOOLEAN NOT NULL DEFAULT FALSE,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT assets_pkey
    PRIMARY KEY (id),
  CONSTRAINT assets_file_size_check
    CHECK (file_size >= 0),
  CONSTRAINT assets_duration_check
    CHECK (duration >= 0),
  CONSTRAINT assets_usage_count_check
    CHECK (usage_count >= 0),
  CONSTRAINT assets_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE RESTRICT,
  CONSTRAINT assets_uploaded_by_fkey
    FOREIGN KEY (uploaded_by)
    REFERENCES users (id)
    ON DELETE RESTRICT
);

CREATE UNIQUE INDEX uq_assets_academy_id_storage_path
  ON assets (academy_id, storage_path);

CREATE INDEX idx_assets_academy_id_asset_type
  ON assets (academy_id, asset_type);

CREATE INDEX idx_assets_uploaded_by
  ON assets (uploaded_by);

CREATE INDEX idx_assets_tags_gin
  ON assets USING gin (tags);

CREATE INDEX idx_assets_metadata_gin
  ON assets USING gin (metadata jsonb_path_ops);

CREATE TRIGGER assets_set_updated_at
  BEFORE UPDATE ON assets
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

COMMENT ON TYPE asset_type IS
  'Kind of file.';
COMMENT ON TABLE assets IS
  'Digital assets of an academy; the files themselves lie in storage.';
COMMENT ON COLUMN assets.file_size IS
  'Bytes.';
COMMENT ON COLUMN assets.dimensions IS
  'Width x height in pixels, for images and videos.';
COMMENT ON COLUMN assets.duration IS
  'Seconds, for videos and audio.';
COMMENT ON COLUMN assets.usage_count IS
  'Number of rows in asset_usage, kept by the application.';
COMMENT ON COLUMN assets.tags IS
  'Array of search words; indexed by GIN.';
COMMENT ON COLUMN assets.metadata IS
  'Free object read from the file, for example EXIF; indexed by GIN for containment (@>).';
COMMENT ON COLUMN assets.variants IS
  'Object: name of the variant, for example thumbnail, to its path and size.';
