-- Rolls back 20250603000001-content-types-system: drops which content is of which type, and the table content_types
-- with its rows.
-- @allow index-drop-blocking the tables are locked anyway, to lose the column

DROP INDEX idx_resources_content_type_id;
DROP INDEX idx_lessons_content_type_id;
DROP INDEX idx_content_modules_content_type_id;

ALTER TABLE resources
  DROP CONSTRAINT resources_content_type_id_fkey,
  DROP COLUMN content_type_id;

ALTER TABLE lessons
  DROP CONSTRAINT lessons_content_type_id_fkey,
  DROP COLUMN content_type_id;

ALTER TABLE content_modules
  DROP CONSTRAINT content_modules_content_type_id_fkey,
  DROP COLUMN content_type_id;

DROP TABLE content_types;
