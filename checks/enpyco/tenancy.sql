-- No reference from one company into another: the stated pairs, and the arrays, which have no foreign key. The built-in
-- check reference-across-tenants finds all pairs with a foreign key, these among them.

-- @check every project was created in its company
-- @since 001
SELECT projects.id, projects.company_id, users.company_id AS company_of_user
FROM projects
JOIN users
  ON users.id = projects.created_by
WHERE users.company_id <> projects.company_id;

-- @check every content block was created in its company
-- @since 001
SELECT content_blocks.id, content_blocks.company_id, users.company_id AS company_of_user
FROM content_blocks
JOIN users
  ON users.id = content_blocks.created_by
WHERE users.company_id <> content_blocks.company_id;

-- @check every file was uploaded in its company
-- @since 001
SELECT files.id, files.company_id, users.company_id AS company_of_user
FROM files
JOIN users
  ON users.id = files.uploaded_by
WHERE users.company_id <> files.company_id;

-- @check every content block has files of its own company
-- @since 001
SELECT
  block_files.block_id,
  content_blocks.company_id AS company_of_block,
  block_files.file_id,
  files.company_id AS company_of_file
FROM block_files
JOIN content_blocks
  ON content_blocks.id = block_files.block_id
JOIN files
  ON files.id = block_files.file_id
WHERE files.company_id <> content_blocks.company_id;

-- @check every matched block is of the company of the project
-- @since 001
SELECT content_matches.id, content_blocks.id AS block_id, projects.company_id, content_blocks.company_id AS company_of_block
FROM content_matches
JOIN projects
  ON projects.id = content_matches.project_id
JOIN content_blocks
  ON content_blocks.id = ANY (content_matches.matched_blocks)
WHERE content_blocks.company_id <> projects.company_id;

-- @check every source block is of the company of the project
-- @since 001
SELECT sections.id, content_blocks.id AS block_id, projects.company_id, content_blocks.company_id AS company_of_block
FROM sections
JOIN projects
  ON projects.id = sections.project_id
JOIN content_blocks
  ON content_blocks.id = ANY (sections.source_blocks)
WHERE content_blocks.company_id <> projects.company_id;
