-- H-12: what makes the schema slow, or lets it drift, at every version. The built-in checks ask the same of any schema;
-- these are the project's own, to be pasted into psql.

-- @check H-12 every foreign key has an index that begins with its columns
-- @since 001
SELECT pg_constraint.conrelid::regclass AS "table", pg_constraint.conname AS foreign_key
FROM pg_constraint
WHERE contype = 'f'
  AND connamespace = current_schema()::regnamespace
  AND NOT EXISTS (
    SELECT FROM pg_index
    WHERE pg_index.indrelid = pg_constraint.conrelid
      AND pg_index.indisvalid
      AND pg_index.indpred IS NULL
      AND ARRAY(
        SELECT number
        FROM unnest(pg_index.indkey::int2[]) WITH ORDINALITY AS keys (number, place)
        WHERE place <= cardinality(pg_constraint.conkey)
        ORDER BY number
      ) = ARRAY(
        SELECT number
        FROM unnest(pg_constraint.conkey) AS keys (number)
        ORDER BY number
      )
  );

-- The columns of one begin those of the other, which is over the same rows: the longer one serves for both.
-- @check H-12 no index is redundant
-- @since 001
SELECT one.indexrelid::regclass AS index, other.indexrelid::regclass AS covered_by
FROM pg_index AS one
JOIN pg_class AS one_class
  ON one_class.oid = one.indexrelid
JOIN pg_index AS other
  ON other.indrelid = one.indrelid
 AND other.indexrelid <> one.indexrelid
JOIN pg_class AS other_class
  ON other_class.oid = other.indexrelid
 AND other_class.relam = one_class.relam
WHERE one_class.relnamespace = current_schema()::regnamespace
  AND (NOT one.indisunique OR one.indnkeyatts = other.indnkeyatts AND other.indisunique)
  AND one.indexprs IS NULL
  AND other.indexprs IS NULL
  AND pg_get_expr(one.indpred, one.indrelid) IS NOT DISTINCT FROM pg_get_expr(other.indpred, other.indrelid)
  AND (one.indkey::int2[])[0:one.indnkeyatts - 1] = (other.indkey::int2[])[0:one.indnkeyatts - 1]
  AND (one.indclass::oid[])[0:one.indnkeyatts - 1] = (other.indclass::oid[])[0:one.indnkeyatts - 1]
  AND (one.indoption::int2[])[0:one.indnkeyatts - 1] = (other.indoption::int2[])[0:one.indnkeyatts - 1]
  AND other.indnkeyatts >= one.indnkeyatts
  -- Of two equal ones the one that is not unique, then that is no constraint, then the younger one is too many.
  AND (
    other.indnkeyatts > one.indnkeyatts
    OR (
      one.indisunique,
      EXISTS (SELECT FROM pg_constraint WHERE conindid = one.indexrelid AND contype IN ('p', 'u', 'x')),
      -one.indexrelid::BIGINT
    ) < (
      other.indisunique,
      EXISTS (SELECT FROM pg_constraint WHERE conindid = other.indexrelid AND contype IN ('p', 'u', 'x')),
      -other.indexrelid::BIGINT
    )
  );

-- @check every updated_at has its trigger
-- @since 001
SELECT pg_class.oid::regclass AS "table"
FROM pg_class
JOIN pg_attribute
  ON pg_attribute.attrelid = pg_class.oid
 AND pg_attribute.attname = 'updated_at'
 AND NOT pg_attribute.attisdropped
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND pg_class.relkind IN ('r', 'p')
  AND NOT EXISTS (
    SELECT FROM pg_trigger
    JOIN pg_proc
      ON pg_proc.oid = pg_trigger.tgfoid
    WHERE pg_trigger.tgrelid = pg_class.oid
      AND pg_trigger.tgenabled <> 'D'
      AND pg_proc.proname IN ('set_updated_at', 'set_updated_at_of_user')
  );

-- @check every constraint has been validated
-- @since 001
SELECT conrelid::regclass AS "table", conname AS "constraint"
FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace
  AND NOT convalidated;

-- @check every index is valid
-- @since 001
SELECT pg_index.indrelid::regclass AS "table", pg_index.indexrelid::regclass AS index
FROM pg_index
JOIN pg_class
  ON pg_class.oid = pg_index.indexrelid
WHERE pg_class.relnamespace = current_schema()::regnamespace
  AND NOT pg_index.indisvalid;
