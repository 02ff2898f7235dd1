-- Guards of 001_multi_tenant_schema: every row came along, and document_chunks is what it was. What held before, the
-- migration left in settings of its transaction; where one is missing, the guard fails.

-- @check no project is without a company
SELECT id, name
FROM projects
WHERE company_id IS NULL;

-- @check no memoire is without a company
SELECT id, filename
FROM memoires
WHERE company_id IS NULL;

-- @check every project that was there belongs to the company of the migrated data
SELECT projects.id, projects.name, companies.name AS company
FROM projects
JOIN companies
  ON companies.id = projects.company_id
WHERE companies.id <> '00000000-0000-4000-8000-202511060001';

-- @check every memoire that was there belongs to the company of the migrated data
SELECT memoires.id, memoires.filename, companies.name AS company
FROM memoires
JOIN companies
  ON companies.id = memoires.company_id
WHERE companies.id <> '00000000-0000-4000-8000-202511060001';

-- @check the migration user can do nothing
-- @expect 1
SELECT count(*)
FROM users
WHERE id = '00000000-0000-4000-8000-202511060002'
  AND company_id = '00000000-0000-4000-8000-202511060001'
  AND NOT is_active
  AND role = 'viewer'
  AND password_hash = '!';

-- @check the old status of every project can be told from what is kept
-- @expect true
SELECT coalesce(jsonb_object_agg(status, projects), '{}') = current_setting('enpyco.statuses')::JSONB
FROM (
  SELECT
    CASE
      WHEN renamed.id IS NULL THEN projects.status::TEXT
      ELSE coalesce(renamed.status, 'no status')
    END AS status,
    count(*) AS projects
  FROM projects
  LEFT JOIN lms_db.enpyco_001_projects AS renamed
    ON renamed.id = projects.id
  GROUP BY 1
) AS statuses;

-- @check every renamed status has its new name
SELECT projects.id, renamed.status AS was, projects.status
FROM lms_db.enpyco_001_projects AS renamed
JOIN projects
  ON projects.id = renamed.id
WHERE projects.status IS DISTINCT FROM CASE
    WHEN renamed.status IS NULL THEN 'draft'
    WHEN renamed.status = 'analyzing' THEN 'rc_analyzing'
    WHEN renamed.status = 'in_progress' THEN 'matching'
  END::project_status_enum
  OR projects.status::TEXT <> renamed.became;

-- @check document_chunks has as many rows as before
-- @expect true
SELECT count(*)::TEXT = current_setting('enpyco.document_chunks')
FROM document_chunks;

-- @check document_chunks has the columns that it had
-- @expect true
SELECT string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum)
  = current_setting('enpyco.document_chunks_columns')
FROM pg_attribute
WHERE attrelid = 'document_chunks'::regclass
  AND attnum > 0
  AND NOT attisdropped;

-- As many rows, and none of them of this transaction: they are the same rows.
-- @check no row of document_chunks was written
SELECT id, memoire_id
FROM document_chunks
WHERE xmin = pg_current_xact_id()::XID;

-- @check every constraint of the altered tables has been validated
SELECT conrelid::regclass AS "table", conname AS "constraint"
FROM pg_constraint
WHERE conrelid IN ('projects'::regclass, 'sections'::regclass, 'memoires'::regclass)
  AND NOT convalidated;
