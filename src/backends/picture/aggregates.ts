import {
  comment,
  grants,
  objectSelect,
  ofExtension,
  operatorName,
  qualifiedName,
  role,
} from './fragments.ts';

const QUALIFIED = `${qualifiedName('n.nspname', 'p.proname')} || '(' || coalesce(nullif(pg_catalog.pg_get_function_identity_arguments(p.oid), ''), '*') || ')'`;

const MODIFIES = (column: string): string =>
  `(case ${column} when 'r' then 'read_only' when 's' then 'shareable' else 'read_write' end)`;

/** A function of an aggregate by its name alone, as CREATE AGGREGATE wants it. */
const part = (word: string, column: string): string =>
  `case when ${column} <> 0 then '${word} = ' || ${column}::text end`;

/** Options of CREATE AGGREGATE, in its order; what is the default is left out. */
const AGGREGATE_OPTIONS = `pg_catalog.concat_ws(', ',
  'SFUNC = ' || a.aggtransfn::text, 'STYPE = ' || pg_catalog.format_type(a.aggtranstype, null), 'SSPACE = ' || nullif(a.aggtransspace, 0),
  ${part('FINALFUNC', 'a.aggfinalfn')}, case when a.aggfinalextra then 'FINALFUNC_EXTRA' end,
  case when a.aggfinalfn <> 0 then 'FINALFUNC_MODIFY = ' || ${MODIFIES('a.aggfinalmodify')} end,
  ${part('COMBINEFUNC', 'a.aggcombinefn')}, ${part('SERIALFUNC', 'a.aggserialfn')}, ${part('DESERIALFUNC', 'a.aggdeserialfn')},
  'INITCOND = ' || pg_catalog.quote_literal(a.agginitval),
  ${part('MSFUNC', 'a.aggmtransfn')}, ${part('MINVFUNC', 'a.aggminvtransfn')},
  case when a.aggmtranstype <> 0 then 'MSTYPE = ' || pg_catalog.format_type(a.aggmtranstype, null) end, 'MSSPACE = ' || nullif(a.aggmtransspace, 0),
  ${part('MFINALFUNC', 'a.aggmfinalfn')}, case when a.aggmfinalextra then 'MFINALFUNC_EXTRA' end,
  case when a.aggmfinalfn <> 0 then 'MFINALFUNC_MODIFY = ' || ${MODIFIES('a.aggmfinalmodify')} end,
  'MINITCOND = ' || pg_catalog.quote_literal(a.aggminitval),
  case when a.aggsortop <> 0 then 'SORTOP = ' || ${operatorName('a.aggsortop')} end,
  case p.proparallel when 's' then 'PARALLEL = SAFE' when 'r' then 'PARALLEL = RESTRICTED' end,
  case when a.aggkind = 'h' then 'HYPOTHETICAL' end)`;

/** Aggregates. */
export const aggregates = objectSelect({
  kind: `'aggregate'`,
  schema: 'n.nspname',
  name: `p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')'`,
  sql: QUALIFIED,
  address: ['pg_proc', 'p.oid'],
  facts: {
    returns: 'pg_catalog.pg_get_function_result(p.oid)',
    'state function': 'a.aggtransfn::pg_catalog.regprocedure::text',
    'state type': 'pg_catalog.format_type(a.aggtranstype, null)',
    'state size': 'nullif(a.aggtransspace, 0)',
    'final function': `nullif(a.aggfinalfn::pg_catalog.regprocedure::text, '-')`,
    'final function extra': 'a.aggfinalextra',
    'final function modifies': MODIFIES('a.aggfinalmodify'),
    'combine function': `nullif(a.aggcombinefn::pg_catalog.regprocedure::text, '-')`,
    'serial function': `nullif(a.aggserialfn::pg_catalog.regprocedure::text, '-')`,
    'deserial function': `nullif(a.aggdeserialfn::pg_catalog.regprocedure::text, '-')`,
    'initial state': 'a.agginitval',
    kind: 'a.aggkind::text',
    'sort operator': '(case when a.aggsortop <> 0 then a.aggsortop::pg_catalog.regoperator::text end)',
    'moving state function': `nullif(a.aggmtransfn::pg_catalog.regprocedure::text, '-')`,
    'inverse function': `nullif(a.aggminvtransfn::pg_catalog.regprocedure::text, '-')`,
    'moving state type':
      '(case when a.aggmtranstype <> 0 then pg_catalog.format_type(a.aggmtranstype, null) end)',
    'moving state size': 'nullif(a.aggmtransspace, 0)',
    'moving final function': `nullif(a.aggmfinalfn::pg_catalog.regprocedure::text, '-')`,
    'moving final function extra': 'a.aggmfinalextra',
    'moving final function modifies': MODIFIES('a.aggmfinalmodify'),
    'moving initial state': 'a.aggminitval',
    parallel: 'p.proparallel::text',
    owner: role('p.proowner'),
    grants: grants('p.proacl', `'f'`, 'p.proowner'),
    comment: comment('pg_proc', 'p.oid'),
  },
  create: `'CREATE AGGREGATE ' || ${qualifiedName('n.nspname', 'p.proname')} || '(' || coalesce(nullif(pg_catalog.pg_get_function_arguments(p.oid), ''), '*') || ') (' || ${AGGREGATE_OPTIONS} || ')'`,
  drop: `'DROP AGGREGATE ' || ${QUALIFIED}`,
  from: `pg_catalog.pg_aggregate as a join pg_catalog.pg_proc as p on p.oid = a.aggfnoid
    join own as n on n.oid = p.pronamespace where not ${ofExtension('pg_proc', 'p.oid')}`,
});
