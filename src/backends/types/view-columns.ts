import { listOf, nodeOf, numberOf, parseNodeTree } from './node-tree.ts';
import type { TreeNode, TreeValue } from './node-tree.ts';

/** A column of a relation, by the numbers of the catalog. */
export interface ColumnId {
  readonly relation: number;
  readonly number: number;
}

/** What the definition of a view proves about one of its columns. */
export interface ViewColumn {
  readonly notNull: boolean;
  /** The column that it shows unchanged. */
  readonly origin: ColumnId | undefined;
}

const UNKNOWN: ViewColumn = { notNull: false, origin: undefined };

/** Kinds of range table entries (RTEKind in src/include/nodes/parsenodes.h). */
const RELATION = '0';
const SUBQUERY = '1';
const CTE = '6';
/** The output of GROUP BY, since PostgreSQL 18. */
const GROUP = '9';

/** Functions that never give null, by their fixed oid: count(*), count(x), row_number, rank, dense_rank. */
const NEVER_NULL = new Set(['2803', '2147', '3100', '3101', '3102']);

/** Join types (JoinType in src/include/nodes/nodes.h) whose one side, or both, may be filled up with nulls. */
const FILLED: Readonly<Record<string, { readonly left: boolean; readonly right: boolean }>> = {
  '0': { left: false, right: false },
  '1': { left: false, right: true },
  '2': { left: true, right: true },
  '3': { left: true, right: false },
};

/** A query with the queries around it, which its common table expressions may come from. */
interface Scope {
  readonly query: TreeNode;
  readonly outer: Scope | undefined;
}

/**
 * The columns of a view, in order, from the rule that defines it (`pg_rewrite.ev_action`). It holds what
 * the server would send as each field's table and column (`resorigtbl`, `resorigcol`), and it can be read
 * by a role that may not select from the tables below. What is not proven not null is nullable: the
 * filled side of an outer join, grouping sets, set operations, every shape that is not known here.
 */
export function viewColumns(
  rule: string,
  isNotNull: (column: ColumnId) => boolean,
): readonly ViewColumn[] | undefined {
  const query = nodeOf(listOf(parseNodeTree(rule))[0]);
  return query?.tag === 'QUERY' ? columnsOf({ query, outer: undefined }, isNotNull) : undefined;
}

function columnsOf(scope: Scope, isNotNull: (column: ColumnId) => boolean): readonly ViewColumn[] {
  const { fields } = scope.query;
  const entries = listOf(fields['targetList'])
    .map(nodeOf)
    .filter((entry) => entry?.tag === 'TARGETENTRY' && entry.fields['resjunk'] === 'false');
  // The target list of a set operation only names the columns of its first arm; grouping sets null what they leave out.
  const nulled = fields['setOperations'] !== undefined || listOf(fields['groupingSets']).length > 0;
  if (nulled || fields['commandType'] !== '1') return entries.map(() => UNKNOWN);
  const filled = new Set<number>();
  for (const item of listOf(nodeOf(fields['jointree'])?.fields['fromlist']))
    collectFilled(item, false, filled);
  return entries.map((entry) => prove(entry?.fields['expr'], { scope, filled, isNotNull }));
}

/** The entries below a join whose columns may be filled up with nulls. An unknown shape fills everything below it. */
function collectFilled(item: TreeValue, inherited: boolean, filled: Set<number>): void {
  const node = nodeOf(item);
  if (node?.tag === 'RANGETBLREF') {
    if (inherited) filled.add(numberOf(node.fields['rtindex']));
  } else if (node?.tag === 'FROMEXPR') {
    for (const inner of listOf(node.fields['fromlist'])) collectFilled(inner, inherited, filled);
  } else if (node?.tag === 'JOINEXPR') {
    const type = node.fields['jointype'];
    const sides = (typeof type === 'string' ? FILLED[type] : undefined) ?? { left: true, right: true };
    collectFilled(node.fields['larg'], inherited || sides.left, filled);
    collectFilled(node.fields['rarg'], inherited || sides.right, filled);
    // A merged column of a FULL JOIN refers to the join itself.
    if (inherited || sides.left || sides.right) filled.add(numberOf(node.fields['rtindex']));
  }
}

interface Level {
  readonly scope: Scope;
  readonly filled: ReadonlySet<number>;
  readonly isNotNull: (column: ColumnId) => boolean;
}

function prove(expression: TreeValue, level: Level): ViewColumn {
  const node = nodeOf(expression);
  if (node === undefined) return UNKNOWN;
  const { fields } = node;
  const proven = (notNull: boolean): ViewColumn => ({ notNull, origin: undefined });
  switch (node.tag) {
    case 'VAR':
      return proveVariable(node, level);
    case 'CONST':
      return proven(fields['constisnull'] === 'false');
    case 'RELABELTYPE':
      return proven(prove(fields['arg'], level).notNull);
    // COALESCE until PostgreSQL 15.
    case 'COALESCE':
    case 'COALESCEEXPR':
      return proven(listOf(fields['args']).some((argument) => prove(argument, level).notNull));
    case 'AGGREF':
      return proven(NEVER_NULL.has(textOf(fields['aggfnoid'])));
    case 'WINDOWFUNC':
      return proven(NEVER_NULL.has(textOf(fields['winfnoid'])));
    case 'NULLTEST':
      return proven(true);
    case 'SUBLINK':
      // EXISTS
      return proven(fields['subLinkType'] === '0');
    default:
      return UNKNOWN;
  }
}

function proveVariable({ fields }: TreeNode, level: Level): ViewColumn {
  const { scope, filled, isNotNull } = level;
  const index = numberOf(fields['varno']);
  const number = numberOf(fields['varattno']);
  const entry = nodeOf(listOf(scope.query.fields['rtable'])[index - 1])?.fields;
  if (entry === undefined || fields['varlevelsup'] !== '0' || number < 1) return UNKNOWN;
  const kind = entry['rtekind'];
  if (kind === GROUP) return prove(listOf(entry['groupexprs'])[number - 1], level);
  if (filled.has(index)) return UNKNOWN;
  if (kind === RELATION) {
    const origin = { relation: numberOf(entry['relid']), number };
    return { notNull: isNotNull(origin), origin };
  }
  const query =
    kind === SUBQUERY
      ? { query: nodeOf(entry['subquery']), outer: scope }
      : kind === CTE
        ? commonTable(entry, scope)
        : undefined;
  if (query?.query?.tag !== 'QUERY') return UNKNOWN;
  const column = columnsOf({ query: query.query, outer: query.outer }, isNotNull)[number - 1];
  // A subquery shows the column, but an INSERT does not reach it.
  return column === undefined ? UNKNOWN : { notNull: column.notNull, origin: undefined };
}

function commonTable(
  entry: TreeNode['fields'],
  scope: Scope,
): { readonly query: TreeNode | undefined; readonly outer: Scope | undefined } | undefined {
  let home: Scope | undefined = scope;
  for (let levels = numberOf(entry['ctelevelsup']); levels > 0; levels -= 1) home = home?.outer;
  const found = listOf(home?.query.fields['cteList'])
    .map(nodeOf)
    .find((candidate) => candidate?.fields['ctename'] === entry['ctename']);
  // A recursive one refers to itself; it is a set operation in any case.
  if (found === undefined || found.fields['cterecursive'] === 'true') return undefined;
  return { query: nodeOf(found.fields['ctequery']), outer: home };
}

function textOf(value: TreeValue): string {
  return typeof value === 'string' ? value : '';
}
