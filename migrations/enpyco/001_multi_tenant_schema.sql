-- Turns the memoir generator of one company into one for many: 11 new tables, 3 altered ones, 5 enum types, 33 indexes.
-- Existing projects and memoires go to the company "Enpyco (Migrated Data)"; document_chunks is not touched.
-- Expect 5 to 10 minutes above 100 000 rows. The rollback destroys what has been entered in the new tables and columns.
-- @phase multi-tenant schema
-- @risk medium projects is rewritten and every row of projects and memoires is updated while nobody else can read them
-- @downtime a maintenance window: memoires, projects and sections are locked until COMMIT, document_chunks can only be read
-- @app-change every INSERT into projects and memoires sets company_id; a status is one of the ten labels of project_status_enum; analyzing is now rc_analyzing, in_progress is matching
-- @requires 000
-- @statement-timeout 30min
-- @allow explicit-lock-table nobody may write to the original tables between the backfill and the constraints
-- @allow backfill-in-ddl-transaction one step in a maintenance window, as the document asks; it can be taken back whole
-- @allow validate-in-same-transaction one step in a maintenance window, as the document asks; it can be taken back whole
-- @allow column-type-rewrite the status is converted in place, so that the column keeps its position; the window is for that
-- @allow work-after-access-exclusive one step in a maintenance window, as the document asks; it can be taken back whole
-- @allow set-not-null-scan one step in a maintenance window, as the document asks; it can be taken back whole
-- @allow index-create-blocking one step in a maintenance window, as the document asks; it can be taken back whole

-- All locks at once: what waits, waits here, before any work is done, and no weaker lock has to grow later. SHARE on
-- document_chunks lets the search go on and keeps the number of its rows, for the guard that compares it.
LOCK TABLE document_chunks
  IN SHARE MODE;
LOCK TABLE memoires, projects, sections
  IN ACCESS EXCLUSIVE MODE;

-- A table users of somebody else is not ours to take over, and IF NOT EXISTS would do just that without a word.
DO $$
DECLARE
  taken TEXT;
BEGIN
  SELECT string_agg(object, ', ' ORDER BY object)
  INTO taken
  FROM (
    SELECT format('relation %s', relname) AS object
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace
      AND relname IN (
        'companies', 'users', 'content_blocks', 'files', 'block_files', 'past_projects', 'section_templates',
        'rc_analysis', 'content_matches', 'generation_requests', 'audit_log'
      )
    UNION ALL
    SELECT format('type %s', typname)
    FROM pg_type
    WHERE typnamespace = current_schema()::regnamespace
      AND typname IN (
        'user_role_enum', 'project_status_enum', 'content_block_type_enum', 'generation_status_enum',
        'file_relationship_enum'
      )
    UNION ALL
    SELECT 'function set_updated_at()'
    FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
      AND proname = 'set_updated_at'
      AND pronargs = 0
  ) AS objects;

  IF taken IS NOT NULL THEN
    RAISE EXCEPTION 'already there, and not of this migration: %', taken
      USING
        ERRCODE = 'duplicate_object',
        HINT = 'Rename it, move it to another schema, or give enpyco a schema of its own; then run this migration again.';
  END IF;
END
$$;

-- For the guards, which see the database only afterwards. The settings end with the transaction.
SELECT set_config('enpyco.document_chunks', count(*)::TEXT, TRUE)
FROM document_chunks;

SELECT set_config(
  'enpyco.document_chunks_columns',
  string_agg(format('%s %s', attname, format_type(atttypid, atttypmod)), ', ' ORDER BY attnum),
  TRUE
)
FROM pg_attribute
WHERE attrelid = 'document_chunks'::regclass
  AND attnum > 0
  AND NOT attisdropped;

SELECT set_config('enpyco.statuses', coalesce(jsonb_object_agg(status, projects), '{}')::TEXT, TRUE)
FROM (
  SELECT coalesce(status, 'no status') AS status, count(*) AS projects
  FROM projects
  GROUP BY 1
) AS statuses;

-- 1. Types.

CREATE TYPE user_role_enum AS ENUM (
  'admin',
  'user',
  'viewer'
);

CREATE TYPE project_status_enum AS ENUM (
  'draft',
  'rc_analyzing',
  'rc_analyzed',
  'matching',
  'matched',
  'generating',
  'generated',
  'reviewing',
  'completed',
  'submitted'
);

CREATE TYPE content_block_type_enum AS ENUM (
  'company-profile',
  'person-cv',
  'equipment',
  'procedure',
  'certification',
  'methodology-template',
  'past-project-reference'
);

CREATE TYPE generation_status_enum AS ENUM (
  'pending',
  'in_progress',
  'completed',
  'failed'
);

CREATE TYPE file_relationship_enum AS ENUM (
  'main-file',
  'photo',
  'certificate',
  'datasheet'
);

-- 2. The old statuses that get another name, kept for the rollback. All others are labels already, or stop the migration.

CREATE TABLE lms_db.enpyco_001_projects (
  id UUID NOT NULL,
  status VARCHAR(50),
  became VARCHAR(50) NOT NULL,
  CONSTRAINT enpyco_001_projects_pkey
    PRIMARY KEY (id)
);

COMMENT ON TABLE lms_db.enpyco_001_projects IS
  'Statuses of projects that 001_multi_tenant_schema of enpyco renamed: the rollback puts them back and drops this table.';
COMMENT ON COLUMN lms_db.enpyco_001_projects.status IS
  'The status before; NULL where there was none.';

INSERT INTO lms_db.enpyco_001_projects (id, status, became)
SELECT projects.id, projects.status, renamed.became
FROM projects
JOIN (VALUES
  (NULL, 'draft'),
  ('analyzing', 'rc_analyzing'),
  ('in_progress', 'matching')
) AS renamed (status, became)
  ON renamed.status IS NOT DISTINCT FROM projects.status;

DO $$
DECLARE
  unmapped TEXT;
  counted TEXT;
BEGIN
  SELECT
    string_agg(status, ', ' ORDER BY status),
    string_agg(format('%L: %s', status, projects), ', ' ORDER BY status)
  INTO unmapped, counted
  FROM (
    SELECT status, count(*) AS projects
    FROM projects
    WHERE status <> ALL (enum_range(NULL::project_status_enum)::TEXT[])
      AND id NOT IN (SELECT id FROM lms_db.enpyco_001_projects)
    GROUP BY status
  ) AS statuses;

  IF unmapped IS NOT NULL THEN
    RAISE EXCEPTION 'unmapped project status: %', unmapped
      USING
        ERRCODE = 'invalid_text_representation',
        DETAIL = format('Projects by status: %s.', counted),
        HINT = format(
          'Give these projects one of %s; then run this migration again.',
          array_to_string(enum_range(NULL::project_status_enum), ', ')
        );
  END IF;
END
$$;

-- 3. New tables.

-- It names nothing that search_path could redirect, so that it works with an empty one.
CREATE FUNCTION set_updated_at()
  RETURNS TRIGGER
  LANGUAGE plpgsql
  SET search_path = ''
AS $$
BEGIN
  -- An UPDATE that changes nothing is no change.
  IF NEW IS DISTINCT FROM OLD THEN
    -- Not now(): two changes in one transaction are two moments.
    NEW.updated_at := pg_catalog.clock_timestamp();
  END IF;
  RETURN NEW;
END
$$;

CREATE TABLE companies (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name VARCHAR(255) NOT NULL,
  address TEXT,
  city VARCHAR(100),
  postal_code VARCHAR(20),
  phone VARCHAR(50),
  email VARCHAR(255),
  logo_url TEXT,
  certifications TEXT[] NOT NULL DEFAULT '{}',
  settings JSONB NOT NULL DEFAULT '{}',
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT companies_pkey
    PRIMARY KEY (id),
  CONSTRAINT companies_name_check
    CHECK (btrim(name) <> '')
);

CREATE TABLE users (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  company_id UUID NOT NULL,
  email VARCHAR(255) NOT NULL,
  password_hash VARCHAR(255) NOT NULL,
  full_name VARCHAR(255) NOT NULL,
  role user_role_enum NOT NULL DEFAULT 'user',
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  last_login TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT users_pkey
    PRIMARY KEY (id),
  CONSTRAINT users_email_check
    CHECK (position('@' IN email) > 1),
  CONSTRAINT users_company_id_fkey
    FOREIGN KEY (company_id)
    REFERENCES companies (id)
    ON DELETE CASCADE
);

CREATE TABLE content_blocks (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  company_id UUID NOT NULL,
  type content_block_type_enum NOT NULL,
  title VARCHAR(500) NOT NULL,
  content TEXT NOT NULL,
  metadata JSONB NOT NULL DEFAULT '{}',
  tags TEXT[] NOT NULL DEFAULT '{}',
  version INTEGER NOT NULL DEFAULT 1,
  is_active BOOLEAN NOT NULL DEFAULT TRUE,
  created_by UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_blocks_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_blocks_version_check
    CHECK (version > 0),
  CONSTRAINT content_blocks_company_id_fkey
    FOREIGN KEY (company_id)
    REFERENCES companies (id)
    ON DELETE CASCADE,
  CONSTRAINT content_blocks_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE TABLE files (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  company_id UUID NOT NULL,
  filename VARCHAR(255) NOT NULL,
  file_type VARCHAR(100),
  storage_url TEXT NOT NULL,
  size_bytes BIGINT,
  uploaded_by UUID,
  uploaded_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  metadata JSONB NOT NULL DEFAULT '{}',
  CONSTRAINT files_pkey
    PRIMARY KEY (id),
  CONSTRAINT files_size_bytes_check
    CHECK (size_bytes >= 0),
  CONSTRAINT files_company_id_fkey
    FOREIGN KEY (company_id)
    REFERENCES companies (id)
    ON DELETE CASCADE,
  CONSTRAINT files_uploaded_by_fkey
    FOREIGN KEY (uploaded_by)
    REFERENCES users (id)
    ON DELETE SET NULL
);

-- A block with files cannot be deleted, but its company can, with all it has. RESTRICT would forbid both; and NO ACTION
-- alone is asked while the company's blocks go, before its files do. So whoever deletes a company defers it first.
CREATE TABLE block_files (
  block_id UUID NOT NULL,
  file_id UUID NOT NULL,
  relationship file_relationship_enum NOT NULL,
  CONSTRAINT block_files_pkey
    PRIMARY KEY (block_id, file_id, relationship),
  CONSTRAINT block_files_block_id_fkey
    FOREIGN KEY (block_id)
    REFERENCES content_blocks (id)
    ON DELETE NO ACTION
    DEFERRABLE INITIALLY IMMEDIATE,
  CONSTRAINT block_files_file_id_fkey
    FOREIGN KEY (file_id)
    REFERENCES files (id)
    ON DELETE CASCADE
);

CREATE TABLE past_projects (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  company_id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  client VARCHAR(255),
  year INTEGER,
  project_type VARCHAR(100),
  description TEXT,
  techniques_used TEXT[] NOT NULL DEFAULT '{}',
  success_factors TEXT[] NOT NULL DEFAULT '{}',
  photos TEXT[] NOT NULL DEFAULT '{}',
  is_referenceable BOOLEAN NOT NULL DEFAULT TRUE,
  metadata JSONB NOT NULL DEFAULT '{}',
  created_by UUID,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT past_projects_pkey
    PRIMARY KEY (id),
  CONSTRAINT past_projects_year_check
    CHECK (year BETWEEN 1900 AND 2200),
  CONSTRAINT past_projects_company_id_fkey
    FOREIGN KEY (company_id)
    REFERENCES companies (id)
    ON DELETE CASCADE,
  CONSTRAINT past_projects_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE TABLE section_templates (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  company_id UUID NOT NULL,
  section_type VARCHAR(100) NOT NULL,
  title VARCHAR(500) NOT NULL,
  template_content TEXT NOT NULL,
  placeholders JSONB NOT NULL DEFAULT '{}',
  usage_count INTEGER NOT NULL DEFAULT 0,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT section_templates_pkey
    PRIMARY KEY (id),
  CONSTRAINT section_templates_usage_count_check
    CHECK (usage_count >= 0),
  CONSTRAINT section_templates_company_id_fkey
    FOREIGN KEY (company_id)
    REFERENCES companies (id)
    ON DELETE CASCADE
);

CREATE TABLE rc_analysis (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  project_id UUID NOT NULL,
  rc_file_url TEXT NOT NULL,
  project_info JSONB NOT NULL DEFAULT '{}',
  required_sections JSONB NOT NULL DEFAULT '[]',
  special_requirements JSONB NOT NULL DEFAULT '[]',
  format JSONB NOT NULL DEFAULT '{}',
  scoring_criteria JSONB NOT NULL DEFAULT '{}',
  confidence_score NUMERIC(4, 3),
  analyzed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT rc_analysis_pkey
    PRIMARY KEY (id),
  CONSTRAINT rc_analysis_project_id_key
    UNIQUE (project_id),
  CONSTRAINT rc_analysis_required_sections_check
    CHECK (jsonb_typeof(required_sections) = 'array'),
  CONSTRAINT rc_analysis_special_requirements_check
    CHECK (jsonb_typeof(special_requirements) = 'array'),
  CONSTRAINT rc_analysis_confidence_score_check
    CHECK (confidence_score BETWEEN 0 AND 1),
  CONSTRAINT rc_analysis_project_id_fkey
    FOREIGN KEY (project_id)
    REFERENCES projects (id)
    ON DELETE CASCADE
);

CREATE TABLE content_matches (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  project_id UUID NOT NULL,
  requirement_id VARCHAR(100) NOT NULL,
  matched_blocks UUID[] NOT NULL DEFAULT '{}',
  confidence NUMERIC(4, 3),
  match_reason TEXT,
  needs_generation BOOLEAN NOT NULL DEFAULT FALSE,
  needs_upload BOOLEAN NOT NULL DEFAULT FALSE,
  approved BOOLEAN NOT NULL DEFAULT FALSE,
  approved_by UUID,
  approved_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_matches_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_matches_project_id_requirement_id_key
    UNIQUE (project_id, requirement_id),
  CONSTRAINT content_matches_confidence_check
    CHECK (confidence BETWEEN 0 AND 1),
  CONSTRAINT content_matches_approval_check
    CHECK (approved = (approved_at IS NOT NULL)),
  CONSTRAINT content_matches_project_id_fkey
    FOREIGN KEY (project_id)
    REFERENCES projects (id)
    ON DELETE CASCADE,
  CONSTRAINT content_matches_approved_by_fkey
    FOREIGN KEY (approved_by)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE TABLE generation_requests (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  project_id UUID NOT NULL,
  section_type VARCHAR(100) NOT NULL,
  status generation_status_enum NOT NULL DEFAULT 'pending',
  request_context JSONB NOT NULL DEFAULT '{}',
  generated_content TEXT,
  quality_score NUMERIC(4, 3),
  model_used VARCHAR(100),
  tokens_used INTEGER,
  cost_usd NUMERIC(10, 6),
  latency_seconds NUMERIC(10, 3),
  error_message TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  completed_at TIMESTAMPTZ,
  CONSTRAINT generation_requests_pkey
    PRIMARY KEY (id),
  CONSTRAINT generation_requests_quality_score_check
    CHECK (quality_score BETWEEN 0 AND 1),
  CONSTRAINT generation_requests_tokens_used_check
    CHECK (tokens_used >= 0),
  CONSTRAINT generation_requests_cost_usd_check
    CHECK (cost_usd >= 0),
  CONSTRAINT generation_requests_latency_seconds_check
    CHECK (latency_seconds >= 0),
  CONSTRAINT generation_requests_finished_check
    CHECK ((status IN ('completed', 'failed')) = (completed_at IS NOT NULL)),
  CONSTRAINT generation_requests_project_id_fkey
    FOREIGN KEY (project_id)
    REFERENCES projects (id)
    ON DELETE CASCADE
);

CREATE TABLE audit_log (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  action VARCHAR(100) NOT NULL,
  user_id UUID,
  resource_type VARCHAR(50),
  resource_id UUID,
  details JSONB NOT NULL DEFAULT '{}',
  ip_address INET,
  user_agent TEXT,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT audit_log_pkey
    PRIMARY KEY (id),
  CONSTRAINT audit_log_user_id_fkey
    FOREIGN KEY (user_id)
    REFERENCES users (id)
    ON DELETE SET NULL
);

CREATE TRIGGER companies_set_updated_at
  BEFORE UPDATE ON companies
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER users_set_updated_at
  BEFORE UPDATE ON users
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER content_blocks_set_updated_at
  BEFORE UPDATE ON content_blocks
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER past_projects_set_updated_at
  BEFORE UPDATE ON past_projects
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER section_templates_set_updated_at
  BEFORE UPDATE ON section_templates
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER content_matches_set_updated_at
  BEFORE UPDATE ON content_matches
  FOR EACH ROW
  EXECUTE FUNCTION set_updated_at();

-- 4. New columns. What has a constant default costs no rewrite; company_id stays nullable until it is filled.

ALTER TABLE projects
  ADD COLUMN company_id UUID,
  ADD COLUMN created_by UUID,
  ADD COLUMN client VARCHAR(255),
  ADD COLUMN location VARCHAR(255),
  ADD COLUMN lot VARCHAR(100),
  ADD COLUMN project_type VARCHAR(100),
  ADD COLUMN size VARCHAR(100),
  ADD COLUMN deadline TIMESTAMPTZ,
  ADD COLUMN final_document_url TEXT,
  ADD COLUMN metadata JSONB NOT NULL DEFAULT '{}';

ALTER TABLE sections
  ADD COLUMN generated_by_ai BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN source_blocks UUID[] NOT NULL DEFAULT '{}',
  ADD COLUMN quality_score NUMERIC(4, 3),
  ADD COLUMN reviewed BOOLEAN NOT NULL DEFAULT FALSE,
  ADD COLUMN reviewer_id UUID,
  ADD COLUMN reviewed_at TIMESTAMPTZ;

ALTER TABLE memoires
  ADD COLUMN company_id UUID,
  ADD COLUMN uploaded_by UUID,
  ADD COLUMN project_type VARCHAR(100),
  ADD COLUMN techniques_used TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN metadata JSONB NOT NULL DEFAULT '{}';

-- 5. The company and the user of what was there before. Fixed, well-known ids: the same in every environment.

INSERT INTO companies (id, name)
VALUES ('00000000-0000-4000-8000-202511060001', 'Enpyco (Migrated Data)');

-- "!" is no hash of any password, and an inactive viewer may do nothing anyway.
INSERT INTO users (id, company_id, email, password_hash, full_name, role, is_active)
VALUES (
  '00000000-0000-4000-8000-202511060002',
  '00000000-0000-4000-8000-202511060001',
  'migration@enpyco.invalid',
  '!',
  'Migration',
  'viewer',
  FALSE
);

-- 6. Backfill.

UPDATE projects
SET
  company_id = '00000000-0000-4000-8000-202511060001',
  created_by = '00000000-0000-4000-8000-202511060002'
WHERE company_id IS NULL;

UPDATE memoires
SET
  company_id = '00000000-0000-4000-8000-202511060001',
  uploaded_by = '00000000-0000-4000-8000-202511060002'
WHERE company_id IS NULL;

-- 7. NOT NULL. SET NOT NULL believes the validated CHECK and reads nothing; then the CHECK has done its work.

ALTER TABLE projects
  ADD CONSTRAINT projects_company_id_not_null
  CHECK (company_id IS NOT NULL)
  NOT VALID;

ALTER TABLE projects
  VALIDATE CONSTRAINT projects_company_id_not_null;

ALTER TABLE projects
  ALTER COLUMN company_id SET NOT NULL;

ALTER TABLE projects
  DROP CONSTRAINT projects_company_id_not_null;

ALTER TABLE memoires
  ADD CONSTRAINT memoires_company_id_not_null
  CHECK (company_id IS NOT NULL)
  NOT VALID;

ALTER TABLE memoires
  VALIDATE CONSTRAINT memoires_company_id_not_null;

ALTER TABLE memoires
  ALTER COLUMN company_id SET NOT NULL;

ALTER TABLE memoires
  DROP CONSTRAINT memoires_company_id_not_null;

-- 8. Statuses: first the names, then the type. The column keeps its place.

UPDATE projects
SET status = renamed.became
FROM lms_db.enpyco_001_projects AS renamed
WHERE renamed.id = projects.id;

ALTER TABLE projects
  ALTER COLUMN status DROP DEFAULT,
  ALTER COLUMN status TYPE project_status_enum
    USING status::project_status_enum,
  ALTER COLUMN status SET DEFAULT 'draft',
  ALTER COLUMN status SET NOT NULL;

-- 9. Constraints of the altered tables. NOT VALID, then VALIDATE: one query over the table, not a look-up for each row.

ALTER TABLE projects
  ADD CONSTRAINT projects_company_id_fkey
    FOREIGN KEY (company_id)
    REFERENCES companies (id)
    ON DELETE CASCADE
    NOT VALID,
  ADD CONSTRAINT projects_created_by_fkey
    FOREIGN KEY (created_by)
    REFERENCES users (id)
    ON DELETE SET NULL
    NOT VALID;

ALTER TABLE projects
  VALIDATE CONSTRAINT projects_company_id_fkey,
  VALIDATE CONSTRAINT projects_created_by_fkey;

ALTER TABLE sections
  ADD CONSTRAINT sections_quality_score_check
    CHECK (quality_score BETWEEN 0 AND 1)
    NOT VALID,
  ADD CONSTRAINT sections_reviewed_check
    CHECK (reviewed = (reviewed_at IS NOT NULL))
    NOT VALID,
  ADD CONSTRAINT sections_reviewer_id_fkey
    FOREIGN KEY (reviewer_id)
    REFERENCES users (id)
    ON DELETE SET NULL
    NOT VALID;

ALTER TABLE sections
  VALIDATE CONSTRAINT sections_quality_score_check,
  VALIDATE CONSTRAINT sections_reviewed_check,
  VALIDATE CONSTRAINT sections_reviewer_id_fkey;

ALTER TABLE memoires
  ADD CONSTRAINT memoires_company_id_fkey
    FOREIGN KEY (company_id)
    REFERENCES companies (id)
    ON DELETE CASCADE
    NOT VALID,
  ADD CONSTRAINT memoires_uploaded_by_fkey
    FOREIGN KEY (uploaded_by)
    REFERENCES users (id)
    ON DELETE SET NULL
    NOT VALID;

ALTER TABLE memoires
  VALIDATE CONSTRAINT memoires_company_id_fkey,
  VALIDATE CONSTRAINT memoires_uploaded_by_fkey;

-- 10. Indexes: 24 of the new tables, 9 of the altered ones. Every foreign key has one that leads with its column.

CREATE INDEX idx_companies_name
  ON companies (name);

CREATE INDEX idx_companies_settings_gin
  ON companies USING gin (settings);

CREATE UNIQUE INDEX uq_users_lower_email
  ON users (lower(email));

CREATE INDEX idx_users_company_id_role
  ON users (company_id, role);

CREATE INDEX idx_content_blocks_company_id_type
  ON content_blocks (company_id, type);

CREATE INDEX idx_content_blocks_tags_gin
  ON content_blocks USING gin (tags);

CREATE INDEX idx_content_blocks_metadata_gin
  ON content_blocks USING gin (metadata jsonb_path_ops);

CREATE INDEX idx_content_blocks_created_by
  ON content_blocks (created_by);

CREATE INDEX idx_files_company_id_uploaded_at
  ON files (company_id, uploaded_at);

CREATE INDEX idx_files_uploaded_by
  ON files (uploaded_by);

CREATE INDEX idx_files_metadata_gin
  ON files USING gin (metadata jsonb_path_ops);

CREATE INDEX idx_block_files_file_id
  ON block_files (file_id);

CREATE INDEX idx_past_projects_company_id_year
  ON past_projects (company_id, year);

CREATE INDEX idx_past_projects_techniques_used_gin
  ON past_projects USING gin (techniques_used);

CREATE INDEX idx_past_projects_created_by
  ON past_projects (created_by);

CREATE INDEX idx_section_templates_company_id_section_type
  ON section_templates (company_id, section_type);

CREATE INDEX idx_section_templates_placeholders_gin
  ON section_templates USING gin (placeholders);

CREATE INDEX idx_content_matches_matched_blocks_gin
  ON content_matches USING gin (matched_blocks);

CREATE INDEX idx_content_matches_approved_by
  ON content_matches (approved_by);

CREATE INDEX idx_generation_requests_project_id_created_at
  ON generation_requests (project_id, created_at);

CREATE INDEX idx_generation_requests_status
  ON generation_requests (status);

CREATE INDEX idx_audit_log_user_id
  ON audit_log (user_id);

CREATE INDEX idx_audit_log_resource_type_resource_id
  ON audit_log (resource_type, resource_id);

CREATE INDEX idx_audit_log_created_at
  ON audit_log (created_at);

CREATE INDEX idx_projects_company_status
  ON projects (company_id, status);

CREATE INDEX idx_projects_created_by
  ON projects (created_by);

CREATE INDEX idx_projects_metadata_gin
  ON projects USING gin (metadata jsonb_path_ops);

CREATE INDEX idx_sections_reviewer_id
  ON sections (reviewer_id);

CREATE INDEX idx_sections_source_blocks_gin
  ON sections USING gin (source_blocks);

CREATE INDEX idx_memoires_company_id
  ON memoires (company_id);

CREATE INDEX idx_memoires_uploaded_by
  ON memoires (uploaded_by);

CREATE INDEX idx_memoires_techniques_used_gin
  ON memoires USING gin (techniques_used);

CREATE INDEX idx_memoires_metadata_gin
  ON memoires USING gin (metadata jsonb_path_ops);

-- 11. Comments.

COMMENT ON FUNCTION set_updated_at() IS
  'Trigger function: sets updated_at when an UPDATE really changes the row.';
COMMENT ON TYPE user_role_enum IS
  'What a user may do in the company.';
COMMENT ON TYPE project_status_enum IS
  'The way of a memoir from the first idea to the tender, in this order.';
COMMENT ON TYPE content_block_type_enum IS
  'What a content block is about.';
COMMENT ON TYPE generation_status_enum IS
  'State of a request for generated text.';
COMMENT ON TYPE file_relationship_enum IS
  'What a file is to a content block.';

COMMENT ON TABLE companies IS
  'The tenants: everything belongs to one company, and goes when the company goes.';
COMMENT ON COLUMN companies.certifications IS
  'Array of names of certificates, for example ISO 9001.';
COMMENT ON COLUMN companies.settings IS
  'Object: settings of the company; indexed by GIN.';
COMMENT ON TABLE users IS
  'Accounts of a company. What a deleted user made stays, without its maker.';
COMMENT ON COLUMN users.email IS
  'Unique without regard to case, over all companies (uq_users_lower_email).';
COMMENT ON COLUMN users.password_hash IS
  'A password hash (bcrypt, 10 rounds), never a password.';
COMMENT ON TABLE content_blocks IS
  'The library of a company: texts that memoirs are put together from. A block with files cannot be deleted.';
COMMENT ON COLUMN content_blocks.metadata IS
  'Free object of the application; indexed by GIN for containment (@>).';
COMMENT ON COLUMN content_blocks.tags IS
  'Array of search words; indexed by GIN.';
COMMENT ON COLUMN content_blocks.version IS
  'Counts up with each revision of the text.';
COMMENT ON TABLE files IS
  'Files of a company; the files themselves lie in storage.';
COMMENT ON COLUMN files.metadata IS
  'Free object read from the file; indexed by GIN for containment (@>).';
COMMENT ON TABLE block_files IS
  'Which file belongs to which content block, and as what.';
COMMENT ON CONSTRAINT block_files_block_id_fkey ON block_files IS
  'Keeps a block that has files. To delete a company: SET CONSTRAINTS block_files_block_id_fkey DEFERRED, then DELETE, in one transaction.';
COMMENT ON TABLE past_projects IS
  'Finished projects that a company refers to.';
COMMENT ON COLUMN past_projects.techniques_used IS
  'Array of names of techniques; indexed by GIN.';
COMMENT ON COLUMN past_projects.success_factors IS
  'Array of sentences: what went well.';
COMMENT ON COLUMN past_projects.photos IS
  'Array of addresses in storage.';
COMMENT ON COLUMN past_projects.metadata IS
  'Free object of the application.';
COMMENT ON TABLE section_templates IS
  'Texts of sections with gaps to fill in.';
COMMENT ON COLUMN section_templates.placeholders IS
  'Object: name of the gap to what belongs there; indexed by GIN.';
COMMENT ON COLUMN section_templates.usage_count IS
  'How often the template was used, kept by the application.';
COMMENT ON TABLE rc_analysis IS
  'What was read from the rules of the consultation (RC): one row a project.';
COMMENT ON COLUMN rc_analysis.project_info IS
  'Object: what the rules say about the project.';
COMMENT ON COLUMN rc_analysis.required_sections IS
  'Array: the sections that the memoir must have.';
COMMENT ON COLUMN rc_analysis.special_requirements IS
  'Array: what is asked for beside.';
COMMENT ON COLUMN rc_analysis.format IS
  'Object: what the document must look like.';
COMMENT ON COLUMN rc_analysis.scoring_criteria IS
  'Object: what is judged, and with which weight.';
COMMENT ON COLUMN rc_analysis.confidence_score IS
  '0 to 1.';
COMMENT ON TABLE content_matches IS
  'Which content blocks answer which requirement of a project.';
COMMENT ON COLUMN content_matches.matched_blocks IS
  'Array of content_blocks.id; no foreign key can hold an array, so lms-db verify looks for ids without a block. Indexed by GIN.';
COMMENT ON COLUMN content_matches.confidence IS
  '0 to 1.';
COMMENT ON COLUMN content_matches.approved IS
  'True exactly when approved_at is set.';
COMMENT ON TABLE generation_requests IS
  'Requests to a language model: what was asked, what came, what it cost.';
COMMENT ON COLUMN generation_requests.request_context IS
  'Object: what was sent along.';
COMMENT ON COLUMN generation_requests.quality_score IS
  '0 to 1.';
COMMENT ON COLUMN generation_requests.cost_usd IS
  'US dollars, to a millionth.';
COMMENT ON COLUMN generation_requests.completed_at IS
  'Set exactly when status is completed or failed.';
COMMENT ON TABLE audit_log IS
  'Who did what, when, from where. The company is in details, not in a column of its own.';
COMMENT ON COLUMN audit_log.user_id IS
  'NULL for the system, and after the user is deleted.';
COMMENT ON COLUMN audit_log.resource_id IS
  'Key in the table that resource_type names; a column that points into several tables cannot be a foreign key.';
COMMENT ON COLUMN audit_log.details IS
  'Object: what changed; company_id among it, where there is one.';

COMMENT ON COLUMN projects.company_id IS
  'The company that owns the project.';
COMMENT ON COLUMN projects.created_by IS
  'NULL after the user is deleted; the inactive migration user for projects older than companies.';
COMMENT ON COLUMN projects.lot IS
  'Lot of the tender, as the rules of the consultation name it.';
COMMENT ON COLUMN projects.size IS
  'Size of the works, as the rules of the consultation state it.';
COMMENT ON COLUMN projects.metadata IS
  'Free object of the application; indexed by GIN for containment (@>).';
COMMENT ON COLUMN sections.source_blocks IS
  'Array of content_blocks.id that the text came from; lms-db verify looks for ids without a block. Indexed by GIN.';
COMMENT ON COLUMN sections.quality_score IS
  '0 to 1.';
COMMENT ON COLUMN sections.reviewed IS
  'True exactly when reviewed_at is set.';
COMMENT ON COLUMN memoires.company_id IS
  'The company that owns the document, and with it its chunks.';
COMMENT ON COLUMN memoires.uploaded_by IS
  'NULL after the user is deleted; the inactive migration user for documents older than companies.';
COMMENT ON COLUMN memoires.techniques_used IS
  'Array of names of techniques; indexed by GIN.';
COMMENT ON COLUMN memoires.metadata IS
  'Free object of the application; indexed by GIN for containment (@>).';
