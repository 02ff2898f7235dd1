import {
  comment,
  dependsOnExtensions,
  grants,
  objectSelect,
  once,
  ofExtension,
  qualifiedName,
  role,
} from './fragments.ts';

const SIGNATURE = `p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'`;
const QUALIFIED = `${qualifiedName('n.nspname', 'p.proname')} || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'`;

/** Functions and procedures, with their whole definition. */
export const functions = objectSelect({
  kind: `case p.prokind when 'p' then 'procedure' else 'function' end`,
  schema: 'n.nspname',
  name: SIGNATURE,
  sql: QUALIFIED,
  address: ['pg_proc', 'p.oid'],
  facts: {
    definition: 'd.text',
    'depends on extensions': dependsOnExtensions('pg_proc', 'p.oid'),
    owner: role('p.proowner'),
    grants: grants('p.proacl', `'f'`, 'p.proowner'),
    comment: comment('pg_proc', 'p.oid'),
  },
  create: 'd.text',
  drop: `case p.prokind when 'p' then 'DROP PROCEDURE ' else 'DROP FUNCTION ' end || ${QUALIFIED}`,
  from: `pg_catalog.pg_proc as p join own as n on n.oid = p.pronamespace
    ${once('d', 'pg_catalog.pg_get_functiondef(p.oid)')}
    where p.prokind in ('f', 'p', 'w') and not ${ofExtension('pg_proc', 'p.oid')}
      and not exists (select from pg_catalog.pg_depend as i where i.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and i.objid = p.oid and i.deptype = 'i')`,
});

const CAST = `'(' || pg_catalog.format_type(c.castsource, null) || ' AS ' || pg_catalog.format_type(c.casttarget, null) || ')'`;

/** Casts that are not PostgreSQL's own. */
export const casts = objectSelect({
  kind: `'cast'`,
  name: `pg_catalog.format_type(c.castsource, null) || ' as ' || pg_catalog.format_type(c.casttarget, null)`,
  sql: CAST,
  address: ['pg_cast', 'c.oid'],
  facts: {
    function: `(case when c.castfunc <> 0 then c.castfunc::pg_catalog.regprocedure::text end)`,
    context: `case c.castcontext when 'i' then 'implicit' when 'a' then 'assignment' else 'explicit' end`,
    method: `case c.castmethod when 'i' then 'inout' when 'b' then 'binary' else 'function' end`,
    comment: comment('pg_cast', 'c.oid'),
  },
  create: `'CREATE CAST ' || ${CAST} || case c.castmethod when 'i' then ' WITH INOUT' when 'b' then ' WITHOUT FUNCTION' else ' WITH FUNCTION ' || c.castfunc::pg_catalog.regprocedure::text end
    || case c.castcontext when 'i' then ' AS IMPLICIT' when 'a' then ' AS ASSIGNMENT' else '' end`,
  drop: `'DROP CAST ' || ${CAST}`,
  // Objects that initdb makes have ids below 16384 (src/include/access/transam.h, FirstNormalObjectId).
  // The cast from a range type to its multirange comes with the type.
  from: `pg_catalog.pg_cast as c where c.oid >= 16384 and not ${ofExtension('pg_cast', 'c.oid')}
    and not exists (select from pg_catalog.pg_depend as i where i.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass and i.objid = c.oid and i.deptype = 'i')`,
});

/** Procedural languages that somebody added. */
export const languages = objectSelect({
  kind: `'language'`,
  name: 'l.lanname::text',
  address: ['pg_language', 'l.oid'],
  facts: {
    trusted: 'l.lanpltrusted',
    handler: `nullif(l.lanplcallfoid::pg_catalog.regproc::text, '-')`,
    inline: `nullif(l.laninline::pg_catalog.regproc::text, '-')`,
    validator: `nullif(l.lanvalidator::pg_catalog.regproc::text, '-')`,
    owner: role('l.lanowner'),
    grants: grants('l.lanacl', `'l'`, 'l.lanowner'),
    comment: comment('pg_language', 'l.oid'),
  },
  create: `'CREATE ' || case when l.lanpltrusted then 'TRUSTED ' else '' end || 'LANGUAGE ' || pg_catalog.quote_ident(l.lanname)
    || coalesce(' HANDLER ' || nullif(l.lanplcallfoid::pg_catalog.regproc::text, '-'), '')
    || coalesce(' INLINE ' || nullif(l.laninline::pg_catalog.regproc::text, '-'), '')
    || coalesce(' VALIDATOR ' || nullif(l.lanvalidator::pg_catalog.regproc::text, '-'), '')`,
  drop: `'DROP LANGUAGE ' || pg_catalog.quote_ident(l.lanname)`,
  from: `pg_catalog.pg_language as l where l.oid >= 16384 and not ${ofExtension('pg_language', 'l.oid')}`,
});

/** Event triggers. */
export const eventTriggers = objectSelect({
  kind: `'event trigger'`,
  name: 'e.evtname::text',
  address: ['pg_event_trigger', 'e.oid'],
  facts: {
    event: 'e.evtevent::text',
    tags: 'pg_catalog.to_jsonb(e.evttags)',
    function: 'e.evtfoid::pg_catalog.regprocedure::text',
    enabled: `case e.evtenabled when 'O' then 'enabled' when 'D' then 'disabled' when 'A' then 'always' else 'replica' end`,
    owner: role('e.evtowner'),
    comment: comment('pg_event_trigger', 'e.oid'),
  },
  create: `'CREATE EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname) || ' ON ' || e.evtevent
    || coalesce(' WHEN TAG IN (' || (select pg_catalog.string_agg(pg_catalog.quote_literal(x), ', ') from pg_catalog.unnest(e.evttags) as x) || ')', '')
    || ' EXECUTE FUNCTION ' || e.evtfoid::pg_catalog.regproc::text || '()'`,
  drop: `'DROP EVENT TRIGGER ' || pg_catalog.quote_ident(e.evtname)`,
  from: `pg_catalog.pg_event_trigger as e where not ${ofExtension('pg_event_trigger', 'e.oid')}`,
});

const TRANSFORM = `'FOR ' || pg_catalog.format_type(f.trftype, null) || ' LANGUAGE ' || pg_catalog.quote_ident(l.lanname)`;

/** Transforms between a type and a procedural language. */
export const transforms = objectSelect({
  kind: `'transform'`,
  name: `'for ' || pg_catalog.format_type(f.trftype, null) || ' language ' || l.lanname`,
  sql: TRANSFORM,
  address: ['pg_transform', 'f.oid'],
  facts: {
    'from sql': `nullif(f.trffromsql::pg_catalog.regprocedure::text, '-')`,
    'to sql': `nullif(f.trftosql::pg_catalog.regprocedure::text, '-')`,
    comment: comment('pg_transform', 'f.oid'),
  },
  create: `'CREATE TRANSFORM ' || ${TRANSFORM} || ' (' || pg_catalog.concat_ws(', ',
    'FROM SQL WITH FUNCTION ' || nullif(f.trffromsql::pg_catalog.regprocedure::text, '-'), 'TO SQL WITH FUNCTION ' || nullif(f.trftosql::pg_catalog.regprocedure::text, '-')) || ')'`,
  drop: `'DROP TRANSFORM ' || ${TRANSFORM}`,
  from: `pg_catalog.pg_transform as f join pg_catalog.pg_language as l on l.oid = f.trflang where not ${ofExtension('pg_transform', 'f.oid')}`,
});

/** Access methods that somebody added. */
export const accessMethods = objectSelect({
  kind: `'access method'`,
  name: 'a.amname::text',
  address: ['pg_am', 'a.oid'],
  facts: {
    type: `case a.amtype when 'i' then 'index' else 'table' end`,
    handler: 'a.amhandler::pg_catalog.regproc::text',
    comment: comment('pg_am', 'a.oid'),
  },
  create: `'CREATE ACCESS METHOD ' || pg_catalog.quote_ident(a.amname) || ' TYPE ' || case a.amtype when 'i' then 'INDEX' else 'TABLE' end || ' HANDLER ' || a.amhandler::pg_catalog.regproc::text`,
  drop: `'DROP ACCESS METHOD ' || pg_catalog.quote_ident(a.amname)`,
  from: `pg_catalog.pg_am as a where a.oid >= 16384 and not ${ofExtension('pg_am', 'a.oid')}`,
});
