-- The default workflow for each kind of content, in the default academy: draft, review, published, archived.

-- An academy has one active workflow for a kind of content; one that it made itself stays the active one.
INSERT INTO content_workflows (academy_id, content_type, workflow_name, workflow_definition, is_active)
SELECT
  academies.id,
  kinds.content_type,
  'default-' || kinds.content_type,
  '{
    "states": ["draft", "review", "published", "archived"],
    "initial": "draft",
    "transitions": [
      {"from": "draft", "to": "review"},
      {"from": "review", "to": "draft"},
      {"from": "review", "to": "published"},
      {"from": "published", "to": "archived"}
    ]
  }'::JSONB,
  NOT EXISTS (
    SELECT FROM content_workflows AS other
    WHERE other.academy_id = academies.id
      AND other.content_type = kinds.content_type
      AND other.is_active
  )
FROM academies
CROSS JOIN unnest(enum_range(NULL::content_kind)) AS kinds (content_type)
WHERE academies.is_default
ON CONFLICT (academy_id, workflow_name)
DO UPDATE
SET workflow_definition = excluded.workflow_definition
WHERE content_workflows.workflow_definition IS DISTINCT FROM excluded.workflow_definition;
