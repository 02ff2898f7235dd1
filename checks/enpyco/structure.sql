-- The shape of the database. Everything is counted by name and in current_schema() only: other schemas have enum types
-- and indexes too, and a view is no table.

-- @check tables of the original schema
-- @expect 4
-- @since 000
-- @until 000
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p');

-- @check enum types of the original schema
-- @expect 0
-- @since 000
-- @until 000
SELECT count(*)
FROM pg_type
WHERE typnamespace = current_schema()::regnamespace
  AND typtype = 'e';

-- @check tables
-- @expect 15
-- @since 001
SELECT count(*)
FROM pg_class
WHERE relnamespace = current_schema()::regnamespace
  AND relkind IN ('r', 'p')
  AND relname IN (
    'companies', 'users', 'content_blocks', 'files', 'block_files', 'past_projects', 'section_templates',
    'rc_analysis', 'content_matches', 'generation_requests', 'audit_log', 'projects', 'sections', 'memoires',
    'document_chunks'
  );

-- @check enum types
-- @expect 5
-- @since 001
SELECT count(*)
FROM pg_type
WHERE typnamespace = current_schema()::regnamespace
  AND typtype = 'e'
  AND typname IN (
    'user_role_enum', 'project_status_enum', 'content_block_type_enum', 'generation_status_enum',
    'file_relationship_enum'
  );

-- @check labels of roles, project statuses, block types, generation statuses, file relationships
-- @expect (3, 10, 7, 4, 4)
-- @since 001
SELECT
  count(*) FILTER (WHERE pg_type.typname = 'user_role_enum') AS roles,
  count(*) FILTER (WHERE pg_type.typname = 'project_status_enum') AS project_statuses,
  count(*) FILTER (WHERE pg_type.typname = 'content_block_type_enum') AS block_types,
  count(*) FILTER (WHERE pg_type.typname = 'generation_status_enum') AS generation_statuses,
  count(*) FILTER (WHERE pg_type.typname = 'file_relationship_enum') AS file_relationships
FROM pg_enum
JOIN pg_type
  ON pg_type.oid = pg_enum.enumtypid
WHERE pg_type.typnamespace = current_schema()::regnamespace;

-- @check foreign keys
-- @expect 22
-- @since 001
SELECT count(*)
FROM pg_constraint
JOIN pg_class
  ON pg_class.oid = pg_constraint.conrelid
WHERE pg_constraint.contype = 'f'
  AND pg_constraint.conparentid = 0
  AND pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relname IN (
    'companies', 'users', 'content_blocks', 'files', 'block_files', 'past_projects', 'section_templates',
    'rc_analysis', 'content_matches', 'generation_requests', 'audit_log', 'projects', 'sections', 'memoires',
    'document_chunks'
  );

-- @check indexes that 001 creates, beside those of constraints
-- @expect 33
-- @since 001
SELECT count(*)
FROM pg_index
JOIN pg_class
  ON pg_class.oid = pg_index.indexrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_index.indisvalid
  AND pg_class.relname IN (
    'idx_companies_name', 'idx_companies_settings_gin', 'uq_users_lower_email', 'idx_users_company_id_role',
    'idx_content_blocks_company_id_type', 'idx_content_blocks_tags_gin', 'idx_content_blocks_metadata_gin',
    'idx_content_blocks_created_by', 'idx_files_company_id_uploaded_at', 'idx_files_uploaded_by',
    'idx_files_metadata_gin', 'idx_block_files_file_id', 'idx_past_projects_company_id_year',
    'idx_past_projects_techniques_used_gin', 'idx_past_projects_created_by',
    'idx_section_templates_company_id_section_type', 'idx_section_templates_placeholders_gin',
    'idx_content_matches_matched_blocks_gin', 'idx_content_matches_approved_by',
    'idx_generation_requests_project_id_created_at', 'idx_generation_requests_status', 'idx_audit_log_user_id',
    'idx_audit_log_resource_type_resource_id', 'idx_audit_log_created_at', 'idx_projects_company_status',
    'idx_projects_created_by', 'idx_projects_metadata_gin', 'idx_sections_reviewer_id',
    'idx_sections_source_blocks_gin', 'idx_memoires_company_id', 'idx_memoires_uploaded_by',
    'idx_memoires_techniques_used_gin', 'idx_memoires_metadata_gin'
  );

-- @check idx_projects_company_status leads with the company, then the status
-- @expect 1
-- @since 001
SELECT count(*)
FROM pg_indexes
WHERE schemaname = current_schema()
  AND tablename = 'projects'
  AND indexname = 'idx_projects_company_status'
  AND indexdef LIKE '% USING btree (company_id, status)';

-- @check triggers that keep updated_at
-- @expect 6
-- @since 001
SELECT count(*)
FROM pg_trigger
JOIN pg_class
  ON pg_class.oid = pg_trigger.tgrelid
JOIN pg_proc
  ON pg_proc.oid = pg_trigger.tgfoid
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relname IN (
    'companies', 'users', 'content_blocks', 'past_projects', 'section_templates', 'content_matches'
  )
  AND pg_proc.proname = 'set_updated_at'
  AND pg_trigger.tgenabled = 'O';
