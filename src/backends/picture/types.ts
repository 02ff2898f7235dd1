import { comment, grants, objectSelect, ofExtension, qualifiedName, role } from './fragments.ts';

const NAME = qualifiedName('n.nspname', 't.typname');
const LABELS = `(select pg_catalog.array_agg(e.enumlabel::text order by e.enumsortorder) from pg_catalog.pg_enum as e where e.enumtypid = t.oid)`;
const COMMON = {
  owner: role('t.typowner'),
  grants: grants('t.typacl', `'T'`, 't.typowner'),
  comment: comment('pg_type', 't.oid'),
};

/** Enum, composite, range and base types. The row types of tables and the array types come with theirs. */
export const types = objectSelect({
  kind: `'type'`,
  schema: 'n.nspname',
  name: 't.typname::text',
  facts: {
    kind: `case t.typtype when 'e' then 'enum' when 'c' then 'composite' when 'r' then 'range' when 'p' then 'shell' else 'base' end`,
    labels: `pg_catalog.to_jsonb(${LABELS})`,
    range: `(select pg_catalog.concat_ws(', ', 'subtype = ' || pg_catalog.format_type(r.rngsubtype, null), 'opclass = ' || (select o.opcname from pg_catalog.pg_opclass as o where o.oid = r.rngsubopc),
      'collation = ' || nullif(r.rngcollation, 0)::pg_catalog.regcollation::text, 'canonical = ' || nullif(r.rngcanonical::text, '-'), 'subtype_diff = ' || nullif(r.rngsubdiff::text, '-'), 'multirange = ' || pg_catalog.format_type(r.rngmultitypid, null))
      from pg_catalog.pg_range as r where r.rngtypid = t.oid)`,
    base: `(case when t.typtype = 'b' then pg_catalog.concat_ws(', ', t.typinput::text, t.typoutput::text, nullif(t.typreceive::text, '-'), nullif(t.typsend::text, '-'), t.typlen::text, t.typbyval::text, t.typalign::text, t.typstorage::text, t.typcategory::text, t.typdelim::text, t.typdefault) end)`,
    ...COMMON,
  },
  create: `case when t.typtype = 'e' then 'CREATE TYPE ' || ${NAME} || ' AS ENUM (' ||
    (select pg_catalog.string_agg(pg_catalog.quote_literal(x.label), ', ' order by x.place) from pg_catalog.unnest(${LABELS}) with ordinality as x (label, place)) || ')' end`,
  drop: `'DROP TYPE ' || ${NAME}`,
  from: `pg_catalog.pg_type as t join own as n on n.oid = t.typnamespace
    left join pg_catalog.pg_class as c on c.oid = t.typrelid
    where t.typtype in ('e', 'c', 'r', 'b', 'p') and (t.typrelid = 0 or c.relkind = 'c')
      and not exists (select from pg_catalog.pg_type as e where e.typarray = t.oid)
      and not ${ofExtension('pg_type', 't.oid')}`,
});

/** Domains; their constraints are objects of their own. */
export const domains = objectSelect({
  kind: `'domain'`,
  schema: 'n.nspname',
  name: 't.typname::text',
  facts: {
    type: 'pg_catalog.format_type(t.typbasetype, t.typtypmod)',
    'not null': 't.typnotnull',
    default: 't.typdefault',
    collation: `(select case when t.typcollation <> b.typcollation then t.typcollation::pg_catalog.regcollation::text end from pg_catalog.pg_type as b where b.oid = t.typbasetype)`,
    ...COMMON,
  },
  drop: `'DROP DOMAIN ' || ${NAME}`,
  from: `pg_catalog.pg_type as t join own as n on n.oid = t.typnamespace
    where t.typtype = 'd' and not ${ofExtension('pg_type', 't.oid')}`,
});

/** Collations. */
export const collations = objectSelect({
  kind: `'collation'`,
  schema: 'n.nspname',
  name: 'c.collname::text',
  facts: {
    provider: 'c.collprovider::text',
    deterministic: 'c.collisdeterministic',
    // The columns differ between majors; the row as JSON has what there is.
    locale: `coalesce(pg_catalog.to_jsonb(c) ->> 'colllocale', pg_catalog.to_jsonb(c) ->> 'colliculocale', c.collcollate::text)`,
    rules: `pg_catalog.to_jsonb(c) ->> 'collicurules'`,
    owner: role('c.collowner'),
    comment: comment('pg_collation', 'c.oid'),
  },
  drop: `'DROP COLLATION ' || ${qualifiedName('n.nspname', 'c.collname')}`,
  from: `pg_catalog.pg_collation as c join own as n on n.oid = c.collnamespace where not ${ofExtension('pg_collation', 'c.oid')}`,
});

/** Encoding conversions. */
export const conversions = objectSelect({
  kind: `'conversion'`,
  schema: 'n.nspname',
  name: 'c.conname::text',
  facts: {
    from: 'pg_catalog.pg_encoding_to_char(c.conforencoding)::text',
    to: 'pg_catalog.pg_encoding_to_char(c.contoencoding)::text',
    function: 'c.conproc::text',
    default: 'c.condefault',
    owner: role('c.conowner'),
    comment: comment('pg_conversion', 'c.oid'),
  },
  drop: `'DROP CONVERSION ' || ${qualifiedName('n.nspname', 'c.conname')}`,
  from: `pg_catalog.pg_conversion as c join own as n on n.oid = c.connamespace where not ${ofExtension('pg_conversion', 'c.oid')}`,
});

/** Text search configurations with what they map each kind of token to. */
export const textSearchConfigurations = objectSelect({
  kind: `'text search configuration'`,
  schema: 'n.nspname',
  name: 'c.cfgname::text',
  facts: {
    parser: `(select p.prsname::text from pg_catalog.pg_ts_parser as p where p.oid = c.cfgparser)`,
    mappings: `(select pg_catalog.to_jsonb(pg_catalog.array_agg(m.maptokentype || ' ' || m.mapseqno || ' ' || m.mapdict::pg_catalog.regdictionary::text order by m.maptokentype, m.mapseqno)) from pg_catalog.pg_ts_config_map as m where m.mapcfg = c.oid)`,
    owner: role('c.cfgowner'),
    comment: comment('pg_ts_config', 'c.oid'),
  },
  drop: `'DROP TEXT SEARCH CONFIGURATION ' || ${qualifiedName('n.nspname', 'c.cfgname')}`,
  from: `pg_catalog.pg_ts_config as c join own as n on n.oid = c.cfgnamespace where not ${ofExtension('pg_ts_config', 'c.oid')}`,
});

/** Text search dictionaries. */
export const textSearchDictionaries = objectSelect({
  kind: `'text search dictionary'`,
  schema: 'n.nspname',
  name: 'd.dictname::text',
  facts: {
    template: `(select t.tmplname::text from pg_catalog.pg_ts_template as t where t.oid = d.dicttemplate)`,
    options: 'd.dictinitoption',
    owner: role('d.dictowner'),
    comment: comment('pg_ts_dict', 'd.oid'),
  },
  drop: `'DROP TEXT SEARCH DICTIONARY ' || ${qualifiedName('n.nspname', 'd.dictname')}`,
  from: `pg_catalog.pg_ts_dict as d join own as n on n.oid = d.dictnamespace where not ${ofExtension('pg_ts_dict', 'd.oid')}`,
});
