-- Rolls back 20251103000010-create-assets: drops the table assets with its rows,
-- then the type asset_type.

DROP TABLE assets;

DROP TYPE asset_type;
