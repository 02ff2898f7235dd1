import { comment, objectSelect, ofExtension, qualifiedName, role } from './fragments.ts';

/** What a configuration does with each kind of token: `asciiword: english_stem`, in the order of the parser's kinds. */
const MAPPINGS = `(select pg_catalog.to_jsonb(pg_catalog.array_agg(line order by kind)) from (
    select m.maptokentype as kind, k.alias || ': ' || pg_catalog.string_agg(m.mapdict::pg_catalog.regdictionary::text, ', ' order by m.mapseqno) as line
    from pg_catalog.pg_ts_config_map as m join pg_catalog.ts_token_type(c.cfgparser) as k on k.tokid = m.maptokentype
    where m.mapcfg = c.oid group by m.maptokentype, k.alias) as lines)`;

const nameIn = (catalog: string, name: string, schema: string, oid: string): string =>
  `(select ${qualifiedName('s.nspname', `x.${name}`)} from pg_catalog.${catalog} as x join pg_catalog.pg_namespace as s on s.oid = x.${schema} where x.oid = ${oid})`;

const PARSER = nameIn('pg_ts_parser', 'prsname', 'prsnamespace', 'c.cfgparser');

/** Text search configurations with what they map each kind of token to. */
export const textSearchConfigurations = objectSelect({
  kind: `'text search configuration'`,
  schema: 'n.nspname',
  name: 'c.cfgname::text',
  address: ['pg_ts_config', 'c.oid'],
  facts: {
    parser: PARSER,
    mappings: MAPPINGS,
    owner: role('c.cfgowner'),
    comment: comment('pg_ts_config', 'c.oid'),
  },
  create: `'CREATE TEXT SEARCH CONFIGURATION ' || ${qualifiedName('n.nspname', 'c.cfgname')} || ' (PARSER = ' || ${PARSER} || ')'`,
  drop: `'DROP TEXT SEARCH CONFIGURATION ' || ${qualifiedName('n.nspname', 'c.cfgname')}`,
  from: `pg_catalog.pg_ts_config as c join own as n on n.oid = c.cfgnamespace where not ${ofExtension('pg_ts_config', 'c.oid')}`,
});

const TEMPLATE = nameIn('pg_ts_template', 'tmplname', 'tmplnamespace', 'd.dicttemplate');

/** Text search dictionaries. */
export const textSearchDictionaries = objectSelect({
  kind: `'text search dictionary'`,
  schema: 'n.nspname',
  name: 'd.dictname::text',
  address: ['pg_ts_dict', 'd.oid'],
  facts: {
    template: TEMPLATE,
    options: 'd.dictinitoption',
    owner: role('d.dictowner'),
    comment: comment('pg_ts_dict', 'd.oid'),
  },
  create: `'CREATE TEXT SEARCH DICTIONARY ' || ${qualifiedName('n.nspname', 'd.dictname')} || ' (TEMPLATE = ' || ${TEMPLATE} || coalesce(', ' || d.dictinitoption, '') || ')'`,
  drop: `'DROP TEXT SEARCH DICTIONARY ' || ${qualifiedName('n.nspname', 'd.dictname')}`,
  from: `pg_catalog.pg_ts_dict as d join own as n on n.oid = d.dictnamespace where not ${ofExtension('pg_ts_dict', 'd.oid')}`,
});

const optional = (word: string, column: string): string => `'${word} = ' || nullif(${column}::text, '-')`;

/** Text search parsers. */
export const textSearchParsers = objectSelect({
  kind: `'text search parser'`,
  schema: 'n.nspname',
  name: 'p.prsname::text',
  address: ['pg_ts_parser', 'p.oid'],
  facts: {
    start: 'p.prsstart::text',
    token: 'p.prstoken::text',
    end: 'p.prsend::text',
    headline: `nullif(p.prsheadline::text, '-')`,
    kinds: 'p.prslextype::text',
    comment: comment('pg_ts_parser', 'p.oid'),
  },
  create: `'CREATE TEXT SEARCH PARSER ' || ${qualifiedName('n.nspname', 'p.prsname')} || ' (' || pg_catalog.concat_ws(', ', 'START = ' || p.prsstart::text,
    'GETTOKEN = ' || p.prstoken::text, 'END = ' || p.prsend::text, ${optional('HEADLINE', 'p.prsheadline')}, 'LEXTYPES = ' || p.prslextype::text) || ')'`,
  drop: `'DROP TEXT SEARCH PARSER ' || ${qualifiedName('n.nspname', 'p.prsname')}`,
  from: `pg_catalog.pg_ts_parser as p join own as n on n.oid = p.prsnamespace where not ${ofExtension('pg_ts_parser', 'p.oid')}`,
});

/** Text search templates. */
export const textSearchTemplates = objectSelect({
  kind: `'text search template'`,
  schema: 'n.nspname',
  name: 't.tmplname::text',
  address: ['pg_ts_template', 't.oid'],
  facts: {
    start: `nullif(t.tmplinit::text, '-')`,
    lexize: 't.tmpllexize::text',
    comment: comment('pg_ts_template', 't.oid'),
  },
  create: `'CREATE TEXT SEARCH TEMPLATE ' || ${qualifiedName('n.nspname', 't.tmplname')} || ' (' || pg_catalog.concat_ws(', ', ${optional('INIT', 't.tmplinit')}, 'LEXIZE = ' || t.tmpllexize::text) || ')'`,
  drop: `'DROP TEXT SEARCH TEMPLATE ' || ${qualifiedName('n.nspname', 't.tmplname')}`,
  from: `pg_catalog.pg_ts_template as t join own as n on n.oid = t.tmplnamespace where not ${ofExtension('pg_ts_template', 't.oid')}`,
});
