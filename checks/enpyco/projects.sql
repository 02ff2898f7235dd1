-- Projects and their sections, before and after they belong to companies.

-- @check projects query (before companies)
-- @expect >= 0
-- @since 000
-- @until 000
SELECT count(*)
FROM (
  SELECT id, name, rc_storage_path, rc_context, status, created_at
  FROM projects
) AS projects;

-- @check projects query (with new columns)
-- @expect >= 0
-- @since 001
SELECT count(*)
FROM (
  SELECT
    id, name, rc_storage_path, rc_context, status, created_at, company_id, created_by, client, location, lot,
    project_type, size, deadline, final_document_url, metadata
  FROM projects
) AS projects;

-- @check sections query (before companies)
-- @expect >= 0
-- @since 000
-- @until 000
SELECT count(*)
FROM (
  SELECT id, project_id, section_type, title, content, order_num, created_at
  FROM sections
) AS sections;

-- @check sections query (with new columns)
-- @expect >= 0
-- @since 001
SELECT count(*)
FROM (
  SELECT
    id, project_id, section_type, title, content, order_num, created_at, generated_by_ai, source_blocks, quality_score,
    reviewed, reviewer_id, reviewed_at
  FROM sections
) AS sections;

-- @check no project without a company
-- @since 001
SELECT id, name
FROM projects
WHERE company_id IS NULL;

-- Without rows the check above says nothing; this one does.
-- @check projects.company_id is NOT NULL
-- @expect 1
-- @since 001
SELECT count(*)
FROM pg_attribute
JOIN pg_class
  ON pg_class.oid = pg_attribute.attrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relname = 'projects'
  AND pg_attribute.attname = 'company_id'
  AND pg_attribute.attnotnull;
