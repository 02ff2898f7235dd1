-- Rolls back 20250604000002-learning-groups: drops the tables learning_group_content, learning_group_members and
-- learning_groups with their rows, and learning_group_ids after the policies that call it.

DROP POLICY learning_group_content_select ON learning_group_content;
DROP POLICY learning_group_members_select ON learning_group_members;

DROP FUNCTION app_private.learning_group_ids();

DROP TABLE learning_group_content;
DROP TABLE learning_group_members;
DROP TABLE learning_groups;
