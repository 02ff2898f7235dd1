import { comment, objectSelect, ofExtension, operatorName, qualifiedName, role } from './fragments.ts';

const OPERATOR = `pg_catalog.quote_ident(n.nspname) || '.' || o.oprname`;
const OPERANDS = `coalesce(pg_catalog.format_type(nullif(o.oprleft, 0), null), 'NONE') || ', ' || coalesce(pg_catalog.format_type(nullif(o.oprright, 0), null), 'NONE')`;

/** Operators. */
export const operators = objectSelect({
  kind: `'operator'`,
  schema: 'n.nspname',
  name: `o.oprname || ' (' || ${OPERANDS} || ')'`,
  sql: `${OPERATOR} || ' (' || ${OPERANDS} || ')'`,
  address: ['pg_operator', 'o.oid'],
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
  create: `'CREATE OPERATOR ' || ${OPERATOR} || ' (' || pg_catalog.concat_ws(', ', 'FUNCTION = ' || o.oprcode::text,
    'LEFTARG = ' || pg_catalog.format_type(nullif(o.oprleft, 0), null), 'RIGHTARG = ' || pg_catalog.format_type(nullif(o.oprright, 0), null),
    'COMMUTATOR = ' || ${operatorName('o.oprcom')}, 'NEGATOR = ' || ${operatorName('o.oprnegate')},
    'RESTRICT = ' || nullif(o.oprrest::text, '-'), 'JOIN = ' || nullif(o.oprjoin::text, '-'),
    case when o.oprcanhash then 'HASHES' end, case when o.oprcanmerge then 'MERGES' end) || ')'`,
  drop: `'DROP OPERATOR ' || ${OPERATOR} || ' (' || ${OPERANDS} || ')'`,
  // An operator without a function is a mere mention as somebody's commutator.
  from: `pg_catalog.pg_operator as o join own as n on n.oid = o.oprnamespace
    where o.oprcode <> 0 and not ${ofExtension('pg_operator', 'o.oid')}`,
});

/** How CREATE OPERATOR CLASS and ALTER OPERATOR FAMILY write the operators and functions that satisfy a condition on `$`. */
function members(operators: string, functions: string, withTypes: boolean): string {
  const types = withTypes
    ? `' (' || pg_catalog.format_type(p.amproclefttype, null) || ', ' || pg_catalog.format_type(p.amprocrighttype, null) || ')'`
    : `case when p.amproclefttype = c.opcintype and p.amprocrighttype = c.opcintype then '' else ' (' || pg_catalog.format_type(p.amproclefttype, null) || ', ' || pg_catalog.format_type(p.amprocrighttype, null) || ')' end`;
  return `(select pg_catalog.to_jsonb(pg_catalog.array_agg(m.line order by m.kind desc, m.number, m.line collate "C")) from (
    select 'operator' as kind, o.amopstrategy as number, 'OPERATOR ' || o.amopstrategy || ' ' || o.amopopr::pg_catalog.regoperator::text
      || coalesce(' FOR ORDER BY ' || (select pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(y.opfname) from pg_catalog.pg_opfamily as y join pg_catalog.pg_namespace as s on s.oid = y.opfnamespace where y.oid = nullif(o.amopsortfamily, 0)), '') as line
    from pg_catalog.pg_amop as o where ${operators}
    union all
    select 'function', p.amprocnum, 'FUNCTION ' || p.amprocnum || ${types} || ' ' || p.amproc::pg_catalog.regprocedure::text
    from pg_catalog.pg_amproc as p where ${functions}) as m)`;
}

const belongsTo = (catalog: string, oid: string): string =>
  `(select from pg_catalog.pg_depend as d where d.classid = 'pg_catalog.${catalog}'::pg_catalog.regclass and d.objid = ${oid}
    and d.refclassid = 'pg_catalog.pg_opclass'::pg_catalog.regclass`;

const CLASS_MEMBERS = members(
  `exists ${belongsTo('pg_amop', 'o.oid')} and d.refobjid = c.oid)`,
  `exists ${belongsTo('pg_amproc', 'p.oid')} and d.refobjid = c.oid)`,
  false,
);
const FAMILY = `(select pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(f.opfname) from pg_catalog.pg_opfamily as f join pg_catalog.pg_namespace as s on s.oid = f.opfnamespace where f.oid = c.opcfamily)`;

/** Operator classes, with their operators and functions. */
export const operatorClasses = objectSelect({
  kind: `'operator class'`,
  schema: 'n.nspname',
  name: `c.opcname || ' using ' || a.amname`,
  sql: `${qualifiedName('n.nspname', 'c.opcname')} || ' USING ' || pg_catalog.quote_ident(a.amname)`,
  address: ['pg_opclass', 'c.oid'],
  facts: {
    type: 'pg_catalog.format_type(c.opcintype, null)',
    default: 'c.opcdefault',
    'stored type': '(case when c.opckeytype <> 0 then pg_catalog.format_type(c.opckeytype, null) end)',
    family: FAMILY,
    members: CLASS_MEMBERS,
    owner: role('c.opcowner'),
    comment: comment('pg_opclass', 'c.oid'),
  },
  create: `'CREATE OPERATOR CLASS ' || ${qualifiedName('n.nspname', 'c.opcname')} || case when c.opcdefault then ' DEFAULT' else '' end
    || ' FOR TYPE ' || pg_catalog.format_type(c.opcintype, null) || ' USING ' || pg_catalog.quote_ident(a.amname) || ' FAMILY ' || ${FAMILY} || ' AS '
    || pg_catalog.concat_ws(', ', (select pg_catalog.string_agg(x, ', ') from pg_catalog.jsonb_array_elements_text(${CLASS_MEMBERS}) as x),
      case when c.opckeytype <> 0 or ${CLASS_MEMBERS} is null then 'STORAGE ' || pg_catalog.format_type(coalesce(nullif(c.opckeytype, 0), c.opcintype), null) end)`,
  drop: `'DROP OPERATOR CLASS ' || ${qualifiedName('n.nspname', 'c.opcname')} || ' USING ' || pg_catalog.quote_ident(a.amname)`,
  from: `pg_catalog.pg_opclass as c join own as n on n.oid = c.opcnamespace
    join pg_catalog.pg_am as a on a.oid = c.opcmethod where not ${ofExtension('pg_opclass', 'c.oid')}`,
});

/** Operator families, with everything in them. */
export const operatorFamilies = objectSelect({
  kind: `'operator family'`,
  schema: 'n.nspname',
  name: `f.opfname || ' using ' || a.amname`,
  sql: `${qualifiedName('n.nspname', 'f.opfname')} || ' USING ' || pg_catalog.quote_ident(a.amname)`,
  address: ['pg_opfamily', 'f.oid'],
  facts: {
    operators: `(select pg_catalog.to_jsonb(pg_catalog.array_agg(o.amopstrategy || ' ' || o.amopopr::pg_catalog.regoperator::text || case o.amoppurpose when 'o' then ' for order by' else '' end order by o.amopstrategy, o.amopopr::pg_catalog.regoperator::text collate "C")) from pg_catalog.pg_amop as o where o.amopfamily = f.oid)`,
    functions: `(select pg_catalog.to_jsonb(pg_catalog.array_agg(p.amprocnum || ' ' || p.amproc::pg_catalog.regprocedure::text order by p.amprocnum, p.amproc::pg_catalog.regprocedure::text collate "C")) from pg_catalog.pg_amproc as p where p.amprocfamily = f.oid)`,
    'loose members': members(
      `o.amopfamily = f.oid and not exists ${belongsTo('pg_amop', 'o.oid')})`,
      `p.amprocfamily = f.oid and not exists ${belongsTo('pg_amproc', 'p.oid')})`,
      true,
    ),
    owner: role('f.opfowner'),
    comment: comment('pg_opfamily', 'f.oid'),
  },
  create: `'CREATE OPERATOR FAMILY ' || ${qualifiedName('n.nspname', 'f.opfname')} || ' USING ' || pg_catalog.quote_ident(a.amname)`,
  drop: `'DROP OPERATOR FAMILY ' || ${qualifiedName('n.nspname', 'f.opfname')} || ' USING ' || pg_catalog.quote_ident(a.amname)`,
  from: `pg_catalog.pg_opfamily as f join own as n on n.oid = f.opfnamespace
    join pg_catalog.pg_am as a on a.oid = f.opfmethod where not ${ofExtension('pg_opfamily', 'f.oid')}`,
});
