-- Creates the table asset_usage: which content uses which asset.
-- @phase group 5 of 7: asset and validation system
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251103000005 20251103000010

CREATE TABLE asset_usage (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  asset_id UUID NOT NULL,
  content_type content_kind NOT NULL,
  content_id UUID NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT asset_usage_pkey
    PRIMARY KEY (id),
  CONSTRAINT asset_usage_asset_id_fkey
    FOREIGN KEY (asset_id)
    REFERENCES assets (id)
    ON DELETE RESTRICT
);

CREATE UNIQUE INDEX uq_asset_usage_asset_id_content_type_content_id
  ON asset_usage (asset_id, content_type, content_id);

CREATE INDEX idx_asset_usage_content_type_content_id
  ON asset_usage (content_type, content_id);

COMMENT ON TABLE asset_usage IS
  'Which content uses which asset; an asset in use cannot be deleted.';
COMMENT ON COLUMN asset_usage.content_id IS
  'Key in the table that content_type names; a column that points into four tables cannot be a foreign key.';
