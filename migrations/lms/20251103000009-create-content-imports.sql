-- Creates the table content_imports: the imports of content packages.
-- @phase group 4 of 7: package system
-- @risk low creates an empty table; the tables it refers to are locked against writes for a moment
-- @downtime none
-- @requires 20251101000002 20251102010000 20251103000008

CREATE TYPE import_type AS ENUM (
  'full',
  'partial',
  'merge'
);

CREATE TYPE conflict_strategy AS ENUM (
  'skip',
  'overwrite',
  'rename',
  'fail'
);

CREATE TYPE import_status AS ENUM (
  'pending',
  'preview',
  'executing',
  'completed',
  'failed',
  'rolled_back'
);

CREATE TABLE content_imports (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  academy_id UUID NOT NULL,
  package_id UUID,
  import_type import_type NOT NULL,
  conflict_strategy conflict_strategy NOT NULL DEFAULT 'skip',
  status import_status NOT NULL DEFAULT 'pending',
  items_total INTEGER NOT NULL DEFAULT 0,
  items_processed INTEGER NOT NULL DEFAULT 0,
  items_failed INTEGER NOT NULL DEFAULT 0,
  change_summary JSONB NOT NULL DEFAULT '{}',
  error_log JSONB NOT NULL DEFAULT '[]',
  imported_by UUID NOT NULL,
  started_at TIMESTAMPTZ,
  completed_at TIMESTAMPTZ,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  CONSTRAINT content_imports_pkey
    PRIMARY KEY (id),
  CONSTRAINT content_imports_items_total_check
    CHECK (items_total >= 0),
  CONSTRAINT content_imports_items_processed_check
    CHECK (items_processed >= 0),
  CONSTRAINT content_imports_items_failed_check
    CHECK (items_failed >= 0),
  CONSTRAINT content_imports_error_log_check
    CHECK (jsonb_typeof(error_log) = 'array'),
  CONSTRAINT content_imports_progress_check
    CHECK (items_processed + items_failed <= items_total),
  CONSTRAINT content_imports_academy_id_fkey
    FOREIGN KEY (academy_id)
    REFERENCES academies (id)
    ON DELETE RESTRICT,
  CONSTRAINT content_imports_package_id_fkey
    FOREIGN KEY (package_id)
    REFERENCES content_packages (id)
    ON DELETE SET NULL,
  CONSTRAINT content_imports_imported_by_fkey
    FOREIGN KEY (imported_by)
    REFERENCES users (id)
    ON DELETE RESTRICT
);

CREATE INDEX idx_content_imports_academy_id_created_at
  ON content_imports (academy_id, created_at);

CREATE INDEX idx_content_imports_package_id
  ON content_imports (package_id);

CREATE INDEX idx_content_imports_status
  ON content_imports (status);

CREATE INDEX idx_content_imports_imported_by
  ON content_imports (imported_by);

COMMENT ON TYPE import_type IS
  'How an import relates to what is there.';
COMMENT ON TYPE conflict_strategy IS
  'What an import does with an item that exists.';
COMMENT ON TYPE import_status IS
  'Where an import stands.';
COMMENT ON TABLE content_imports IS
  'Imports of content packages, with progress and conflicts.';
COMMENT ON COLUMN content_imports.package_id IS
  'The package imported; NULL when it came from elsewhere or has been deleted.';
COMMENT ON COLUMN content_imports.items_total IS
  'At least items_processed + items_failed.';
COMMENT ON COLUMN content_imports.change_summary IS
  'Object: what was or, in preview, would be created, changed and skipped.';
COMMENT ON COLUMN content_imports.error_log IS
  'Array of objects, one an item that failed.';
