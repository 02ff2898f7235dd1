import type { AlterTableCmd, Node } from 'libpg-query';

/**
 * The syntax trees of PostgreSQL's own parser, as libpg-query writes them down. Types only: the one room that
 * loads the parser is src/parser. Names and fields are those of PostgreSQL's parsenodes.h; a field that is false,
 * zero or empty is left out. `location` counts bytes of UTF-8 from the start of the statement's text.
 */
export type {
  AlterDomainStmt,
  AlterTableCmd,
  AlterTableStmt,
  AlterTableType,
  ColumnDef,
  Constraint,
  CreateFunctionStmt,
  CreateStmt,
  CreateTrigStmt,
  DefElem,
  DropStmt,
  FuncCall,
  IndexElem,
  IndexStmt,
  Node,
  ObjectType,
  PartitionCmd,
  RangeVar,
  RenameStmt,
  SelectStmt,
  TypeName,
} from 'libpg-query';

type Keys<Union> = Union extends unknown ? keyof Union : never;

/** `AlterTableStmt`, `FuncCall`, …: what a node is. */
export type NodeKind = Keys<Node>;

/** The content of a node of one kind. */
export type NodeOf<Kind extends NodeKind> = Extract<Node, Record<Kind, unknown>>[Kind &
  keyof Extract<Node, Record<Kind, unknown>>];

/** Calls `visit` for every node below a tree, from the outside in; a visit that gives back false goes no deeper. */
export function walk(root: unknown, visit: (kind: string, content: unknown) => boolean | undefined): void {
  if (Array.isArray(root)) {
    for (const item of root) walk(item, visit);
    return;
  }
  if (typeof root !== 'object' || root === null) return;
  for (const [key, value] of Object.entries(root)) {
    if (typeof value !== 'object' || value === null) continue;
    // Wrapped nodes have the name of their kind as their key, which starts with a capital; fields do not.
    const wrapped = /^[A-Z]/.test(key);
    if (wrapped && visit(key, value) === false) continue;
    walk(value, visit);
  }
}

/** Every node of one kind below a tree, the tree itself included, in order. */
export function nodesOf<Kind extends NodeKind>(root: unknown, kind: Kind): readonly NodeOf<Kind>[] {
  const found: NodeOf<Kind>[] = [];
  walk(root, (is, content) => {
    // The key names the kind: that is how libpg-query writes nodes.
    if (is === kind) found.push(content as NodeOf<Kind>);
    return undefined;
  });
  return found;
}

/** The texts of a list of String nodes: a qualified name, the columns of a key. */
export function stringsOf(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) => ('String' in node ? [node.String.sval ?? ''] : []));
}

/** The texts of a String node or of a List of them. */
export function namesOf(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  if ('String' in node) return [node.String.sval ?? ''];
  if ('List' in node) return stringsOf(node.List.items);
  if ('TypeName' in node) return stringsOf(node.TypeName.names);
  if ('ObjectWithArgs' in node) return stringsOf(node.ObjectWithArgs.objname);
  return [];
}

/** The name that is called, without its schema: `nextval` of `pg_catalog.nextval('s')`. */
export function functionNameOf(call: NodeOf<'FuncCall'>): string {
  return stringsOf(call.funcname).at(-1) ?? '';
}

/** The value of an option (`language`, `volatility`, `fillfactor`) among a list of DefElem nodes. */
export function optionOf(options: readonly Node[] | undefined, name: string): NodeOf<'DefElem'> | undefined {
  for (const node of options ?? [])
    if ('DefElem' in node && node.DefElem.defname === name) return node.DefElem;
  return undefined;
}

/** Whether a switch among options is on: `concurrently` of REINDEX, `full` of VACUUM. A bare name is on. */
export function switchedOn(options: readonly Node[] | undefined, name: string): boolean {
  const option = optionOf(options, name);
  if (option === undefined) return false;
  const { arg } = option;
  if (arg === undefined) return true;
  if ('Boolean' in arg) return arg.Boolean.boolval === true;
  if ('Integer' in arg) return (arg.Integer.ival ?? 0) !== 0;
  return 'String' in arg && /^(?:on|true|yes|1|t|y)$/i.test(arg.String.sval ?? '');
}

/** Whether a sub-command of ALTER TABLE goes on to partitions and inheriting tables (tablecmds.c, ATPrepCmd). */
export function reachesChildren({ subtype }: AlterTableCmd): boolean {
  return RECURSING.has(subtype ?? '');
}

const RECURSING: ReadonlySet<string> = new Set([
  'AT_AddColumn',
  'AT_DropColumn',
  'AT_AlterColumnType',
  'AT_SetNotNull',
  'AT_DropNotNull',
  'AT_ColumnDefault',
  'AT_AddConstraint',
  'AT_DropConstraint',
  'AT_ValidateConstraint',
  'AT_SetExpression',
  'AT_DropExpression',
]);
