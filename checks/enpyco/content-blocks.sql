-- The library. No foreign key holds the ids in an array: here they are looked up.

-- @check content blocks query
-- @expect >= 0
-- @since 001
SELECT count(*)
FROM (
  SELECT
    id, company_id, type, title, content, metadata, tags, version, is_active, created_by, created_at, updated_at
  FROM content_blocks
) AS content_blocks;

-- @check every matched block exists
-- @since 001
SELECT content_matches.id, content_matches.requirement_id, blocks.id AS missing_block
FROM content_matches
CROSS JOIN unnest(content_matches.matched_blocks) AS blocks (id)
LEFT JOIN content_blocks
  ON content_blocks.id = blocks.id
WHERE content_blocks.id IS NULL;

-- @check every source block exists
-- @since 001
SELECT sections.id, sections.title, blocks.id AS missing_block
FROM sections
CROSS JOIN unnest(sections.source_blocks) AS blocks (id)
LEFT JOIN content_blocks
  ON content_blocks.id = blocks.id
WHERE content_blocks.id IS NULL;
