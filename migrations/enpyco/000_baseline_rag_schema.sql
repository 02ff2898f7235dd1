-- Creates the four tables of the memoir generator before it knew companies: reference documents (memoires) with their
-- chunks for semantic search, and projects with their sections.
-- A database that has them already records this version as its baseline and does not run the file.
-- @phase prerequisite of the multi-tenant schema
-- @risk low creates empty tables
-- @downtime none

CREATE TABLE memoires (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  filename VARCHAR(255) NOT NULL,
  storage_path VARCHAR(500) NOT NULL,
  client VARCHAR(255),
  year INTEGER,
  indexed BOOLEAN DEFAULT FALSE,
  created_at TIMESTAMPTZ DEFAULT now(),
  CONSTRAINT memoires_pkey
    PRIMARY KEY (id)
);

CREATE TABLE projects (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  name VARCHAR(255) NOT NULL,
  rc_storage_path VARCHAR(500),
  rc_context TEXT,
  status VARCHAR(50) DEFAULT 'draft',
  created_at TIMESTAMPTZ DEFAULT now(),
  CONSTRAINT projects_pkey
    PRIMARY KEY (id)
);

CREATE TABLE sections (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  project_id UUID NOT NULL,
  section_type VARCHAR(100) NOT NULL,
  title VARCHAR(255) NOT NULL,
  content TEXT,
  order_num INTEGER,
  created_at TIMESTAMPTZ DEFAULT now(),
  CONSTRAINT sections_pkey
    PRIMARY KEY (id),
  CONSTRAINT sections_project_id_fkey
    FOREIGN KEY (project_id)
    REFERENCES projects (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_sections_project_id_order_num
  ON sections (project_id, order_num);

-- real[] is what every PostgreSQL has; with pgvector, below, the column becomes vector(1536).
CREATE TABLE document_chunks (
  id UUID NOT NULL DEFAULT gen_random_uuid(),
  memoire_id UUID NOT NULL,
  content TEXT NOT NULL,
  embedding REAL[],
  metadata JSONB,
  created_at TIMESTAMPTZ DEFAULT now(),
  CONSTRAINT document_chunks_pkey
    PRIMARY KEY (id),
  CONSTRAINT document_chunks_memoire_id_fkey
    FOREIGN KEY (memoire_id)
    REFERENCES memoires (id)
    ON DELETE CASCADE
);

CREATE INDEX idx_document_chunks_memoire_id
  ON document_chunks (memoire_id);

COMMENT ON TABLE memoires IS
  'Reference documents: technical memoirs of the past, kept as files in storage.';
COMMENT ON COLUMN memoires.indexed IS
  'Whether the document has been cut into document_chunks.';
COMMENT ON TABLE projects IS
  'Tenders for which a memoir is written.';
COMMENT ON COLUMN projects.rc_storage_path IS
  'Where the rules of the consultation (RC) lie in storage.';
COMMENT ON COLUMN projects.rc_context IS
  'Text taken from the rules of the consultation.';
COMMENT ON TABLE sections IS
  'The parts of a memoir, in the order of order_num.';
COMMENT ON TABLE document_chunks IS
  'Pieces of the reference documents with their embeddings, for semantic search.';
COMMENT ON COLUMN document_chunks.embedding IS
  'Embedding of content, 1536 numbers: vector(1536) with pgvector, real[] where the server has none.';
COMMENT ON COLUMN document_chunks.metadata IS
  'Free object: where in the document the chunk stands.';

-- The catalog decides, not the error of a failed CREATE EXTENSION: a server that offers pgvector to a role that may not
-- create it shall say so, and not quietly end up without search.
DO $$
DECLARE
  tables_in CONSTANT TEXT := current_schema();
  vector_in TEXT;
BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_available_extensions
    WHERE name = 'vector'
  ) THEN
    RAISE WARNING 'degraded: pgvector missing: document_chunks.embedding is real[], and there is neither its IVFFlat index nor match_documents()';
    RETURN;
  END IF;

  IF NOT EXISTS (
    SELECT FROM pg_extension
    WHERE extname = 'vector'
  ) THEN
    CREATE EXTENSION vector;

    -- By it the rollback knows that the extension was not there before.
    CREATE TABLE lms_db.enpyco_000_created (
      object TEXT NOT NULL,
      CONSTRAINT enpyco_000_created_pkey
        PRIMARY KEY (object)
    );
    COMMENT ON TABLE lms_db.enpyco_000_created IS
      'What 000_baseline_rag_schema of enpyco created beside its tables; its rollback drops only that.';
    INSERT INTO lms_db.enpyco_000_created (object)
    VALUES ('extension vector');
  END IF;

  -- The extension may live in a schema that search_path does not name, as on Supabase.
  SELECT pg_namespace.nspname
  INTO STRICT vector_in
  FROM pg_extension
  JOIN pg_namespace
    ON pg_namespace.oid = pg_extension.extnamespace
  WHERE pg_extension.extname = 'vector';

  EXECUTE format(
    'ALTER TABLE document_chunks ALTER COLUMN embedding TYPE %1$I.vector(1536) USING embedding::%1$I.vector(1536)',
    vector_in
  );

  EXECUTE format(
    'CREATE INDEX idx_document_chunks_embedding ON document_chunks USING ivfflat (embedding %I.vector_cosine_ops) WITH (lists = 10)',
    vector_in
  );

  -- Names are written out, so that it works whatever the search_path of the caller is.
  EXECUTE format(
    $function$
      CREATE FUNCTION match_documents(
        query_embedding %1$I.vector,
        match_count INTEGER DEFAULT 10,
        memoire_ids UUID[] DEFAULT NULL,
        min_similarity DOUBLE PRECISION DEFAULT 0
      )
        RETURNS TABLE (id UUID, content TEXT, metadata JSONB, similarity DOUBLE PRECISION)
        LANGUAGE SQL
        STABLE
        SET search_path = ''
      AS $body$
        SELECT
          chunks.id,
          chunks.content,
          chunks.metadata,
          1 - (chunks.embedding OPERATOR(%1$I.<=>) query_embedding) AS similarity
        FROM %2$I.document_chunks AS chunks
        WHERE (memoire_ids IS NULL OR chunks.memoire_id = ANY (memoire_ids))
          AND 1 - (chunks.embedding OPERATOR(%1$I.<=>) query_embedding) >= min_similarity
        ORDER BY chunks.embedding OPERATOR(%1$I.<=>) query_embedding
        LIMIT match_count
      $body$
    $function$,
    vector_in,
    tables_in
  );

  COMMENT ON FUNCTION match_documents IS
    'The chunks nearest to an embedding, nearest first: cosine similarity from min_similarity up, of these memoires or of all.';
END
$$;
