import { stringsOf, walk } from './syntax.ts';
import type { Node, RangeVar } from './syntax.ts';

/** A name without a table in front of it, with the relations among whose columns it may be. */
export interface BareColumn {
  readonly name: string;
  readonly location: number | undefined;
  /** Those of the queries around it too. */
  readonly relations: readonly RangeVar[];
}

/** The bare names of a statement. Those of ORDER BY and GROUP BY are left out: they may mean the output. */
export function bareColumns(node: Node): readonly BareColumn[] {
  const found: BareColumn[] = [];
  visit(node, [], new Set(), found);
  return found;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function visit(
  value: unknown,
  relations: readonly RangeVar[],
  own: ReadonlySet<string>,
  found: BareColumn[],
): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(item, relations, own, found);
    return;
  }
  if (!isFields(value)) return;
  for (const [key, content] of Object.entries(value)) {
    if (!isFields(content)) {
      visit(content, relations, own, found);
      continue;
    }
    if (key === 'ColumnRef') addColumn(content, relations, found);
    // Set operations hold their sides without the name of their kind.
    else if (key === 'SelectStmt' || key === 'larg' || key === 'rarg')
      visitQuery(content, relations, own, found);
    else if (key === 'UpdateStmt' || key === 'DeleteStmt') visitQuery(content, relations, own, found);
    else if (key === 'InsertStmt') visitInsert(content, relations, own, found);
    else visit(content, relations, own, found);
  }
}

/** Fields that name the output, or relations. */
const ELSEWHERE: ReadonlySet<string> = new Set(['sortClause', 'groupClause', 'relation']);

function visitQuery(
  query: Fields,
  outer: readonly RangeVar[],
  own: ReadonlySet<string>,
  found: BareColumn[],
): void {
  const names = withNames(query, own);
  const from = [query['fromClause'], query['usingClause'], { JoinExpr: { larg: query['relation'] } }];
  const relations = [...outer, ...rangesOf(from).filter((range) => !isCte(range, names))];
  const rest = Object.entries(query)
    .filter(([field]) => !ELSEWHERE.has(field))
    .map(([field, content]) => ({ [field]: content }));
  visit(rest, relations, names, found);
}

function visitInsert(
  insert: Fields,
  outer: readonly RangeVar[],
  own: ReadonlySet<string>,
  found: BareColumn[],
): void {
  const names = withNames(insert, own);
  visit([insert['withClause'], insert['selectStmt']], outer, names, found);
  const target = rangesOf([{ JoinExpr: { larg: insert['relation'] } }]);
  const relations = [...outer, ...target];
  const conflict = insert['onConflictClause'];
  visit([conflict, insert['returningList'], insert['returningClause']], relations, names, found);
  // ON CONFLICT (name) is looked up like an expression (resolve_unique_index_expr in parse_clause.c).
  walk([{ Conflict: conflict }], (kind, content) => {
    const name = kind === 'IndexElem' && isFields(content) ? content['name'] : undefined;
    if (typeof name === 'string') found.push({ name, location: undefined, relations });
    return undefined;
  });
}

function addColumn(reference: Fields, relations: readonly RangeVar[], found: BareColumn[]): void {
  const { fields, location } = reference;
  if (!Array.isArray(fields) || fields.length !== 1) return;
  // The array holds the nodes of a ColumnRef.
  const [name] = stringsOf(fields as Node[]);
  if (name !== undefined)
    found.push({ name, location: typeof location === 'number' ? location : undefined, relations });
}

/** The relations of a FROM, those of joins too, without those of its subqueries. */
function rangesOf(from: unknown): readonly RangeVar[] {
  const ranges: RangeVar[] = [];
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look);
    if (!isFields(value)) return;
    if ('relname' in value) ranges.push(value);
    const { RangeVar: range, JoinExpr: join } = value;
    if (range !== undefined) look(range);
    if (isFields(join)) {
      look(join['larg']);
      look(join['rarg']);
    }
  };
  look(from);
  return ranges;
}

function withNames(query: Fields, own: ReadonlySet<string>): ReadonlySet<string> {
  const names = new Set(own);
  walk([{ With: query['withClause'] }], (kind, content) => {
    const name = kind === 'CommonTableExpr' && isFields(content) ? content['ctename'] : undefined;
    if (typeof name === 'string') names.add(name);
    return undefined;
  });
  return names;
}

function isCte({ schemaname, relname }: RangeVar, own: ReadonlySet<string>): boolean {
  return schemaname === undefined && own.has(relname ?? '');
}
