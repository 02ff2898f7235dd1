-- Guards of 20250603000001-content-types-system: the four types are there, and what names one can be trusted.

-- @check the four system types are there
-- @expect 4
SELECT count(*)
FROM content_types
WHERE is_system_type
  AND slug IN ('text-article', 'video-lesson', 'interactive-exercise', 'pdf-document');

-- @check every field of a type has a name, a type, and says whether it is required
SELECT content_types.slug, field.value AS field
FROM content_types
CROSS JOIN jsonb_array_elements(content_types.schema -> 'fields') AS field (value)
WHERE NOT (
  jsonb_typeof(field.value) = 'object'
  AND field.value ?& ARRAY['name', 'type', 'required']
  AND field.value ->> 'type' IN ('string', 'rich-text', 'image', 'number', 'array')
  AND jsonb_typeof(field.value -> 'required') = 'boolean'
);

-- @check every constraint of the three tables has been validated
SELECT conrelid::regclass AS "table", conname
FROM pg_constraint
WHERE conrelid IN ('content_modules'::regclass, 'lessons'::regclass, 'resources'::regclass)
  AND NOT convalidated;
