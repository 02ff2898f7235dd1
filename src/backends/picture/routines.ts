import { comment, grants, objectSelect, ofExtension, qualifiedName, role } from './fragments.ts';

const SIGNATURE = `p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'`;
const QUALIFIED = `${qualifiedName('n.nspname', 'p.proname')} || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'`;

/** Functions and procedures, with their whole definition. */
export const functions = objectSelect({
  kind: `case p.prokind when 'p' then 'procedure' else 'function' end`,
  schema: 'n.nspname',
  name: SIGNATURE,
  facts: {
    definition: 'pg_catalog.pg_get_functiondef(p.oid)',
    owner: role('p.proowner'),
    grants: grants('p.proacl', `'f'`, 'p.proowner'),
    comment: comment('pg_proc', 'p.oid'),
  },
  create: 'pg_catalog.pg_get_functiondef(p.oid)',
  drop: `case p.prokind when 'p' then 'DROP PROCEDURE ' else 'DROP FUNCTION ' end || ${QUALIFIED}`,
  from: `pg_catalog.pg_proc as p join own as n on n.oid = p.pronamespace
    where p.prokind in ('f', 'p', 'w') and not ${ofExtension('pg_proc', 'p.oid')}
      and not exists (select from pg_catalog.pg_depend as i where i.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and i.objid = p.oid and i.deptype = 'i')`,
});

/** Aggregates. */
export const aggregates = objectSelect({
  kind: `'aggregate'`,
  schema: 'n.nspname',
  name: SIGNATURE,
  facts: {
    returns: 'pg_catalog.pg_get_function_result(p.oid)',
    'state function': 'a.aggtransfn::pg_catalog.regprocedure::text',
    'state type': 'pg_catalog.format_type(a.aggtranstype, null)',
    'final function': `nullif(a.aggfinalfn::pg_catalog.regprocedure::text, '-')`,
    'combine function': `nullif(a.aggcombinefn::pg_catalog.regprocedure::text, '-')`,
    'initial state': 'a.agginitval',
    kind: 'a.aggkind::text',
    'sort operator': '(case when a.aggsortop <> 0 then a.aggsortop::pg_catalog.regoperator::text end)',
    'moving state function': `nullif(a.aggmtransfn::pg_catalog.regprocedure::text, '-')`,
    'inverse function': `nullif(a.aggminvtransfn::pg_catalog.regprocedure::text, '-')`,
    parallel: 'p.proparallel::text',
    owner: role('p.proowner'),
    grants: grants('p.proacl', `'f'`, 'p.proowner'),
    comment: comment('pg_proc', 'p.oid'),
  },
  drop: `'DROP AGGREGATE ' || ${QUALIFIED}`,
  from: `pg_catalog.pg_aggregate as a join pg_catalog.pg_proc as p on p.oid = a.aggfnoid
    join own as n on n.oid = p.pronamespace where not ${ofExtension('pg_proc', 'p.oid')}`,
});

const OPERANDS = `coalesce(pg_catalog.format_type(nullif(o.oprleft, 0), null), 'NONE') || ', ' || coalesce(pg_catalog.format_type(nullif(o.oprright, 0), null), 'NONE')`;

/** Operators. */
export const operators = objectSelect({
  kind: `'operator'`,
  schema: 'n.nspname',
  name: `o.oprname || ' (' || ${OPERANDS} || ')'`,
  facts: {
    function: 'o.oprcode::pg_catalog.regprocedure::text',
    result: 'pg_catalog.format_type(nullif(o.oprresult, 0), null)',
    commutator: `(case when o.oprcom <> 0 then o.oprcom::pg_catalog.regoperator::text end)`,
    negator: `(case when o.oprnegate <> 0 then o.oprnegate::pg_catalog.regoperator::text end)`,
    restrict: `nullif(o.oprrest::text, '-')`,
    join: `nullif(o.oprjoin::text, '-')`,
    merges: 'o.oprcanmerge',
    hashes: 'o.oprcanhash',
    owner: role('o.oprowner'),
    comment: comment('pg_operator', 'o.oid'),
  },
  drop: `'DROP OPERATOR ' || pg_catalog.quote_ident(n.nspname) || '.' || o.oprname || ' (' || ${OPERANDS} || ')'`,
  // An operator without a function is a mere mention as somebody's commutator.
  from: `pg_catalog.pg_operator as o join own as n on n.oid = o.oprnamespace
    where o.oprcode <> 0 and not ${ofExtension('pg_operator', 'o.oid')}`,
});

/** Operator classes, with their operators and functions. */
export const operatorClasses = objectSelect({
  kind: `'operator class'`,
  schema: 'n.nspname',
  name: `c.opcname || ' using ' || a.amname`,
  facts: {
    type: 'pg_catalog.format_type(c.opcintype, null)',
    default: 'c.opcdefault',
    'stored type': '(case when c.opckeytype <> 0 then pg_catalog.format_type(c.opckeytype, null) end)',
    family: `(select f.opfname::text from pg_catalog.pg_opfamily as f where f.oid = c.opcfamily)`,
    owner: role('c.opcowner'),
    comment: comment('pg_opclass', 'c.oid'),
  },
  drop: `'DROP OPERATOR CLASS ' || ${qualifiedName('n.nspname', 'c.opcname')} || ' USING ' || a.amname`,
  from: `pg_catalog.pg_opclass as c join own as n on n.oid = c.opcnamespace
    join pg_catalog.pg_am as a on a.oid = c.opcmethod where not ${ofExtension('pg_opclass', 'c.oid')}`,
});

/** Operator families, with everything in them. */
export const operatorFamilies = objectSelect({
  kind: `'operator family'`,
  schema: 'n.nspname',
  name: `f.opfname || ' using ' || a.amname`,
  facts: {
    operators: `(select pg_catalog.to_jsonb(pg_catalog.array_agg(o.amopstrategy || ' ' || o.amopopr::pg_catalog.regoperator::text || case o.amoppurpose when 'o' then ' for order by' else '' end order by o.amopstrategy, o.amopopr::pg_catalog.regoperator::text)) from pg_catalog.pg_amop as o where o.amopfamily = f.oid)`,
    functions: `(select pg_catalog.to_jsonb(pg_catalog.array_agg(p.amprocnum || ' ' || p.amproc::pg_catalog.regprocedure::text order by p.amprocnum, p.amproc::pg_catalog.regprocedure::text)) from pg_catalog.pg_amproc as p where p.amprocfamily = f.oid)`,
    owner: role('f.opfowner'),
    comment: comment('pg_opfamily', 'f.oid'),
  },
  drop: `'DROP OPERATOR FAMILY ' || ${qualifiedName('n.nspname', 'f.opfname')} || ' USING ' || a.amname`,
  from: `pg_catalog.pg_opfamily as f join own as n on n.oid = f.opfnamespace
    join pg_catalog.pg_am as a on a.oid = f.opfmethod where not ${ofExtension('pg_opfamily', 'f.oid')}`,
});

/** Casts that are not PostgreSQL's own. */
export const casts = objectSelect({
  kind: `'cast'`,
  name: `pg_catalog.format_type(c.castsource, null) || ' as ' || pg_catalog.format_type(c.casttarget, null)`,
  facts: {
    function: `(case when c.castfunc <> 0 then c.castfunc::pg_catalog.regprocedure::text end)`,
    context: `case c.castcontext when 'i' then 'implicit' when 'a' then 'assignment' else 'explicit' end`,
    method: `case c.castmethod when 'i' then 'inout' when 'b' then 'binary' else 'function' end`,
    comment: comment('pg_cast', 'c.oid'),
  },
  drop: `'DROP CAST (' || pg_catalog.format_type(c.castsource, null) || ' AS ' || pg_catalog.format_type(c.casttarget, null) || ')'`,
  // Objects that initdb makes have ids below 16384 (src/include/access/transam.h, FirstNormalObjectId).
  from: `pg_catalog.pg_cast as c where c.oid >= 16384 and not ${ofExtension('pg_cast', 'c.oid')}`,
});

/** Procedural languages that somebody added. */
export const languages = objectSelect({
  kind: `'language'`,
  name: 'l.lanname::text',
  facts: {
    trusted: 'l.lanpltrusted',
    owner: role('l.lanowner'),
    grants: grants('l.lanacl', `'l'`, 'l.lanowner'),
    comment: comment('pg_language', 'l.oid'),
  },
  drop: `'DROP LANGUAGE ' || pg_catalog.quote_ident(l.lanname)`,
  from: `pg_catalog.pg_language as l where l.oid >= 16384 and not ${ofExtension('pg_language', 'l.oid')}`,
});

/** Event triggers. */
export const eventTriggers = objectSelect({
  kind: `'event trigger'`,
  name: 'e.evtname::text',
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
