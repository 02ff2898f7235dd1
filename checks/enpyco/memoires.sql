-- Reference documents, before and after they belong to companies.

-- @check memoires query (before companies)
-- @expect >= 0
-- @since 000
-- @until 000
SELECT count(*)
FROM (
  SELECT id, filename, storage_path, client, year, indexed, created_at
  FROM memoires
) AS memoires;

-- @check memoires query (with new columns)
-- @expect >= 0
-- @since 001
SELECT count(*)
FROM (
  SELECT
    id, filename, storage_path, client, year, indexed, created_at, company_id, uploaded_by, project_type, techniques_used,
    metadata
  FROM memoires
) AS memoires;

-- @check no memoire without a company
-- @since 001
SELECT id, filename
FROM memoires
WHERE company_id IS NULL;

-- Without rows the check above says nothing; this one does.
-- @check memoires.company_id is NOT NULL
-- @expect 1
-- @since 001
SELECT count(*)
FROM pg_attribute
JOIN pg_class
  ON pg_class.oid = pg_attribute.attrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relname = 'memoires'
  AND pg_attribute.attname = 'company_id'
  AND pg_attribute.attnotnull;
