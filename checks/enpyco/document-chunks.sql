-- The chunks for semantic search, which the migration to companies leaves as they are. That the rows are the same before
-- and after compares two moments: the guards of 001 do it inside the migration.

-- @check document chunks query (RAG)
-- @expect >= 0
-- @since 000
SELECT count(*)
FROM (
  SELECT id, memoire_id, content, embedding, metadata, created_at
  FROM document_chunks
) AS document_chunks;

-- @check document_chunks has its six columns, in their order
-- @expect id, memoire_id, content, embedding, metadata, created_at
-- @since 000
SELECT string_agg(attname, ', ' ORDER BY attnum)
FROM pg_attribute
WHERE attrelid = 'document_chunks'::regclass
  AND attnum > 0
  AND NOT attisdropped;

-- A server without pgvector is no mistake, but the search has to be done elsewhere then: the checks of the vector search
-- below are skipped there, and this one says what that means. It also finds a column that is still real[] where pgvector
-- came later.
-- @check degraded: pgvector missing
-- @severity warning
-- @since 000
SELECT
  format_type(atttypid, atttypmod) AS embedding,
  'IVFFlat index, match_documents()' AS missing
FROM pg_attribute
WHERE attrelid = 'document_chunks'::regclass
  AND attname = 'embedding'
  AND atttypid = 'REAL[]'::regtype;

-- @check embeddings are vectors of 1536 numbers, or real[] without pgvector
-- @since 000
SELECT format_type(pg_attribute.atttypid, pg_attribute.atttypmod) AS embedding
FROM pg_attribute
JOIN pg_type
  ON pg_type.oid = pg_attribute.atttypid
WHERE pg_attribute.attrelid = 'document_chunks'::regclass
  AND pg_attribute.attname = 'embedding'
  AND pg_attribute.atttypid <> 'REAL[]'::regtype
  AND (pg_type.typname, pg_attribute.atttypmod) <> ('vector', 1536);

-- @check vectors have a valid IVFFlat index for cosine distance
-- @extension vector
-- @since 000
SELECT pg_attribute.attrelid::regclass AS "table", pg_attribute.attname AS "column"
FROM pg_attribute
JOIN pg_type
  ON pg_type.oid = pg_attribute.atttypid
WHERE pg_attribute.attrelid = 'document_chunks'::regclass
  AND pg_attribute.attname = 'embedding'
  AND pg_type.typname = 'vector'
  AND NOT EXISTS (
    SELECT FROM pg_index
    JOIN pg_class
      ON pg_class.oid = pg_index.indexrelid
    JOIN pg_am
      ON pg_am.oid = pg_class.relam
    JOIN pg_opclass
      ON pg_opclass.oid = pg_index.indclass[0]
    WHERE pg_index.indrelid = pg_attribute.attrelid
      AND pg_index.indkey[0] = pg_attribute.attnum
      AND pg_index.indisvalid
      AND pg_am.amname = 'ivfflat'
      AND pg_opclass.opcname = 'vector_cosine_ops'
  );

-- That its body runs, the built-in check of functions looks at.
-- @check vectors have match_documents()
-- @extension vector
-- @since 000
SELECT pg_attribute.attrelid::regclass AS "table", 'match_documents' AS missing
FROM pg_attribute
JOIN pg_type
  ON pg_type.oid = pg_attribute.atttypid
WHERE pg_attribute.attrelid = 'document_chunks'::regclass
  AND pg_attribute.attname = 'embedding'
  AND pg_type.typname = 'vector'
  AND NOT EXISTS (
    SELECT FROM pg_proc
    WHERE pg_proc.pronamespace = current_schema()::regnamespace
      AND pg_proc.proname = 'match_documents'
      AND pg_proc.proargnames[1:4] = ARRAY['query_embedding', 'match_count', 'memoire_ids', 'min_similarity']
  );
