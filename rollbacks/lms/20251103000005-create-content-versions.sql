-- Rolls back 20251103000005-create-content-versions: drops the table content_versions with its rows,
-- then the types content_kind and version_status.

DROP TABLE content_versions;

DROP TYPE version_status;
DROP TYPE content_kind;
