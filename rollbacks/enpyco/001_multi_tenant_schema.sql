-- Rolls back 001_multi_tenant_schema: drops the 11 new tables and the 21 new columns with what was entered in them since,
-- and gives projects their old statuses again.
-- A project whose status has not moved since the migration gets back the status that it had, NULL too. One that has moved
-- on keeps the new label, as text: the old name would say something that is no longer true.
-- @statement-timeout 30min
-- @allow explicit-lock-table nobody may write to the original tables while their old values are put back
-- @allow column-type-rewrite the status becomes text again in place, so that the column keeps its position
-- @allow work-after-access-exclusive as above: one step, in a window
-- @allow backfill-in-ddl-transaction the old statuses are put back in the same step that gives back their type

LOCK TABLE memoires, projects, sections
  IN ACCESS EXCLUSIVE MODE;

DROP INDEX idx_memoires_metadata_gin;
DROP INDEX idx_memoires_techniques_used_gin;
DROP INDEX idx_memoires_uploaded_by;
DROP INDEX idx_memoires_company_id;
DROP INDEX idx_sections_source_blocks_gin;
DROP INDEX idx_sections_reviewer_id;
DROP INDEX idx_projects_metadata_gin;
DROP INDEX idx_projects_created_by;
DROP INDEX idx_projects_company_status;

ALTER TABLE memoires
  DROP CONSTRAINT memoires_uploaded_by_fkey,
  DROP CONSTRAINT memoires_company_id_fkey;

ALTER TABLE sections
  DROP CONSTRAINT sections_reviewer_id_fkey,
  DROP CONSTRAINT sections_reviewed_check,
  DROP CONSTRAINT sections_quality_score_check;

ALTER TABLE projects
  DROP CONSTRAINT projects_created_by_fkey,
  DROP CONSTRAINT projects_company_id_fkey;

ALTER TABLE memoires
  DROP COLUMN metadata,
  DROP COLUMN techniques_used,
  DROP COLUMN project_type,
  DROP COLUMN uploaded_by,
  DROP COLUMN company_id;

ALTER TABLE sections
  DROP COLUMN reviewed_at,
  DROP COLUMN reviewer_id,
  DROP COLUMN reviewed,
  DROP COLUMN quality_score,
  DROP COLUMN source_blocks,
  DROP COLUMN generated_by_ai;

ALTER TABLE projects
  DROP COLUMN metadata,
  DROP COLUMN final_document_url,
  DROP COLUMN deadline,
  DROP COLUMN size,
  DROP COLUMN project_type,
  DROP COLUMN lot,
  DROP COLUMN location,
  DROP COLUMN client,
  DROP COLUMN created_by,
  DROP COLUMN company_id;

-- The type first, then the names. The column keeps its place.
ALTER TABLE projects
  ALTER COLUMN status DROP DEFAULT,
  ALTER COLUMN status DROP NOT NULL,
  ALTER COLUMN status TYPE VARCHAR(50)
    USING status::TEXT,
  ALTER COLUMN status SET DEFAULT 'draft';

UPDATE projects
SET status = renamed.status
FROM lms_db.enpyco_001_projects AS renamed
WHERE renamed.id = projects.id
  AND renamed.became = projects.status;

DROP TABLE lms_db.enpyco_001_projects;

DROP TABLE audit_log;
DROP TABLE generation_requests;
DROP TABLE content_matches;
DROP TABLE rc_analysis;
DROP TABLE section_templates;
DROP TABLE past_projects;
DROP TABLE block_files;
DROP TABLE files;
DROP TABLE content_blocks;
DROP TABLE users;
DROP TABLE companies;

DROP FUNCTION set_updated_at();

DROP TYPE file_relationship_enum;
DROP TYPE generation_status_enum;
DROP TYPE content_block_type_enum;
DROP TYPE project_status_enum;
DROP TYPE user_role_enum;
