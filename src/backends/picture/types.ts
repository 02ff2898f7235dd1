import { comment, grants, objectSelect, ofExtension, qualifiedName, role } from './fragments.ts';

const NAME = qualifiedName('n.nspname', 't.typname');
const LABELS = `(select pg_catalog.array_agg(e.enumlabel::text order by e.enumsortorder) from pg_catalog.pg_enum as e where e.enumtypid = t.oid)`;
const COMMON = {
  owner: role('t.typowner'),
  grants: grants('t.typacl', `'T'`, 't.typowner'),
  comment: comment('pg_type', 't.oid'),
};

const ATTRIBUTES = `(select pg_catalog.string_agg(pg_catalog.quote_ident(a.attname) || ' ' || pg_catalog.format_type(a.atttypid, a.atttypmod)
    || coalesce(' COLLATE ' || (select nullif(a.attcollation, y.typcollation)::pg_catalog.regcollation::text from pg_catalog.pg_type as y where y.oid = a.atttypid), ''), ', ' order by a.attnum)
  from pg_catalog.pg_attribute as a where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped)`;

/** Options of CREATE TYPE … AS RANGE: pg_range as r. */
const RANGE_OPTIONS = [
  `'SUBTYPE = ' || pg_catalog.format_type(r.rngsubtype, null)`,
  `'SUBTYPE_OPCLASS = ' || (select pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(o.opcname) from pg_catalog.pg_opclass as o join pg_catalog.pg_namespace as s on s.oid = o.opcnamespace where o.oid = r.rngsubopc)`,
  `'COLLATION = ' || nullif(r.rngcollation, 0)::pg_catalog.regcollation::text`,
  `'CANONICAL = ' || nullif(r.rngcanonical::text, '-')`,
  `'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff::text, '-')`,
  `'MULTIRANGE_TYPE_NAME = ' || (select ${qualifiedName('s.nspname', 'm.typname')} from pg_catalog.pg_type as m join pg_catalog.pg_namespace as s on s.oid = m.typnamespace where m.oid = r.rngmultitypid)`,
];

/** Options of CREATE TYPE for a base type. */
const BASE_OPTIONS = [
  `'INPUT = ' || t.typinput::text`,
  `'OUTPUT = ' || t.typoutput::text`,
  ...(
    [
      ['RECEIVE', 'typreceive'],
      ['SEND', 'typsend'],
      ['TYPMOD_IN', 'typmodin'],
      ['TYPMOD_OUT', 'typmodout'],
      ['ANALYZE', 'typanalyze'],
    ] as const
  ).map(([word, column]) => `'${word} = ' || nullif(t.${column}::text, '-')`),
  `'SUBSCRIPT = ' || nullif(t.typsubscript::text, '-')`,
  `'INTERNALLENGTH = ' || case when t.typlen = -1 then 'VARIABLE' else t.typlen::text end`,
  `case when t.typbyval then 'PASSEDBYVALUE' end`,
  `'ALIGNMENT = ' || case t.typalign when 'c' then 'char' when 's' then 'int2' when 'i' then 'int4' else 'double' end`,
  `'STORAGE = ' || case t.typstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end`,
  `'CATEGORY = ' || pg_catalog.quote_literal(t.typcategory::text)`,
  `case when t.typispreferred then 'PREFERRED = true' end`,
  `'DEFAULT = ' || pg_catalog.quote_literal(t.typdefault)`,
  `'ELEMENT = ' || pg_catalog.format_type(nullif(t.typelem, 0), null)`,
  `'DELIMITER = ' || pg_catalog.quote_literal(t.typdelim::text)`,
  `case when t.typcollation <> 0 then 'COLLATABLE = true' end`,
];

function list(items: readonly string[]): string {
  return `pg_catalog.to_jsonb(pg_catalog.array_remove(array[${items.join(', ')}], null))`;
}

/** Enum, composite, range and base types. The row types of tables and the array types come with theirs. */
export const types = objectSelect({
  kind: `'type'`,
  schema: 'n.nspname',
  name: 't.typname::text',
  address: ['pg_type', 't.oid'],
  facts: {
    kind: `case t.typtype when 'e' then 'enum' when 'c' then 'composite' when 'r' then 'range' when 'p' then 'shell' else 'base' end`,
    labels: `pg_catalog.to_jsonb(${LABELS})`,
    range: `(case when t.typtype = 'r' then (select ${list(RANGE_OPTIONS)} from pg_catalog.pg_range as r where r.rngtypid = t.oid) end)`,
    base: `(case when t.typtype = 'b' then ${list(BASE_OPTIONS)} end)`,
    ...COMMON,
  },
  create: `'CREATE TYPE ' || ${NAME} || case t.typtype
    when 'e' then ' AS ENUM (' || coalesce((select pg_catalog.string_agg(pg_catalog.quote_literal(x.label), ', ' order by x.place) from pg_catalog.unnest(${LABELS}) with ordinality as x (label, place)), '') || ')'
    when 'c' then ' AS (' || coalesce(${ATTRIBUTES}, '') || ')'
    when 'r' then ' AS RANGE (' || (select pg_catalog.array_to_string(array[${RANGE_OPTIONS.join(', ')}], ', ') from pg_catalog.pg_range as r where r.rngtypid = t.oid) || ')'
    when 'b' then ' (' || pg_catalog.array_to_string(array[${BASE_OPTIONS.join(', ')}], ', ') || ')'
    else '' end`,
  drop: `'DROP TYPE ' || ${NAME}`,
  from: `pg_catalog.pg_type as t join own as n on n.oid = t.typnamespace
    left join pg_catalog.pg_class as c on c.oid = t.typrelid
    where t.typtype in ('e', 'c', 'r', 'b', 'p') and (t.typrelid = 0 or c.relkind = 'c')
      and not exists (select from pg_catalog.pg_type as e where e.typarray = t.oid)
      and not ${ofExtension('pg_type', 't.oid')}`,
});

// The text beside the expression was written under the search_path of whoever made the domain.
const DOMAIN_DEFAULT = `coalesce(pg_catalog.pg_get_expr(t.typdefaultbin, 0), pg_catalog.quote_literal(t.typdefault))`;
const DOMAIN_COLLATION = `(select case when t.typcollation <> b.typcollation then t.typcollation::pg_catalog.regcollation::text end from pg_catalog.pg_type as b where b.oid = t.typbasetype)`;

/** Domains; their constraints are objects of their own. */
export const domains = objectSelect({
  kind: `'domain'`,
  schema: 'n.nspname',
  name: 't.typname::text',
  address: ['pg_type', 't.oid'],
  facts: {
    type: 'pg_catalog.format_type(t.typbasetype, t.typtypmod)',
    'not null': 't.typnotnull',
    default: DOMAIN_DEFAULT,
    collation: DOMAIN_COLLATION,
    ...COMMON,
  },
  create: `'CREATE DOMAIN ' || ${NAME} || ' AS ' || pg_catalog.format_type(t.typbasetype, t.typtypmod) || coalesce(' COLLATE ' || ${DOMAIN_COLLATION}, '')
    || coalesce(' DEFAULT ' || ${DOMAIN_DEFAULT}, '')
    || coalesce((select pg_catalog.string_agg(' CONSTRAINT ' || pg_catalog.quote_ident(k.conname) || ' ' || pg_catalog.pg_get_constraintdef(k.oid), '' order by k.conname)
      from pg_catalog.pg_constraint as k where k.contypid = t.oid), '')
    || case when t.typnotnull and not exists (select from pg_catalog.pg_constraint as k where k.contypid = t.oid and k.contype = 'n') then ' NOT NULL' else '' end`,
  drop: `'DROP DOMAIN ' || ${NAME}`,
  from: `pg_catalog.pg_type as t join own as n on n.oid = t.typnamespace
    where t.typtype = 'd' and not ${ofExtension('pg_type', 't.oid')}`,
});

const LOCALE = `coalesce(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale', c.collcollate::text)`;

/** Collations. */
export const collations = objectSelect({
  kind: `'collation'`,
  schema: 'n.nspname',
  name: 'c.collname::text',
  address: ['pg_collation', 'c.oid'],
  facts: {
    provider: 'c.collprovider::text',
    deterministic: 'c.collisdeterministic',
    // The columns differ between majors; the row as JSON has what there is.
    locale: LOCALE,
    'character type': `nullif(c.collctype::text, c.collcollate::text)`,
    rules: `pg_catalog.to_jsonb(c) ->> 'collicurules'`,
    owner: role('c.collowner'),
    comment: comment('pg_collation', 'c.oid'),
  },
  create: `'CREATE COLLATION ' || ${qualifiedName('n.nspname', 'c.collname')} || ' (PROVIDER = ' || case c.collprovider when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end
    || case when c.collprovider = 'c' and c.collctype::text <> c.collcollate::text then ', LC_COLLATE = ' || pg_catalog.quote_literal(c.collcollate) || ', LC_CTYPE = ' || pg_catalog.quote_literal(c.collctype)
         else ', LOCALE = ' || pg_catalog.quote_literal(${LOCALE}) end
    || coalesce(', RULES = ' || pg_catalog.quote_literal(pg_catalog.to_jsonb(c) ->> 'collicurules'), '')
    || case when c.collisdeterministic then '' else ', DETERMINISTIC = false' end || ')'`,
  drop: `'DROP COLLATION ' || ${qualifiedName('n.nspname', 'c.collname')}`,
  from: `pg_catalog.pg_collation as c join own as n on n.oid = c.collnamespace where not ${ofExtension('pg_collation', 'c.oid')}`,
});

/** Encoding conversions. */
export const conversions = objectSelect({
  kind: `'conversion'`,
  schema: 'n.nspname',
  name: 'c.conname::text',
  address: ['pg_conversion', 'c.oid'],
  facts: {
    from: 'pg_catalog.pg_encoding_to_char(c.conforencoding)::text',
    to: 'pg_catalog.pg_encoding_to_char(c.contoencoding)::text',
    function: 'c.conproc::text',
    default: 'c.condefault',
    owner: role('c.conowner'),
    comment: comment('pg_conversion', 'c.oid'),
  },
  create: `'CREATE ' || case when c.condefault then 'DEFAULT ' else '' end || 'CONVERSION ' || ${qualifiedName('n.nspname', 'c.conname')}
    || ' FOR ' || pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(c.conforencoding)) || ' TO ' || pg_catalog.quote_literal(pg_catalog.pg_encoding_to_char(c.contoencoding)) || ' FROM ' || c.conproc::text`,
  drop: `'DROP CONVERSION ' || ${qualifiedName('n.nspname', 'c.conname')}`,
  from: `pg_catalog.pg_conversion as c join own as n on n.oid = c.connamespace where not ${ofExtension('pg_conversion', 'c.oid')}`,
});
