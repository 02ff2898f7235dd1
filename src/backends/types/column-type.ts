import { ArrayExpressionNode, GenericExpressionNode, IdentifierNode, UnionExpressionNode } from './engine.ts';
import type { Adapter, ExpressionNode } from './engine.ts';
import { isParsedArray } from './adapter.ts';
import type { EnumNames } from './identifiers.ts';
import type { ColumnModel, TypeModel } from './model.ts';

/** What the type of a column depends on beside the column. */
export interface TypeContext {
  readonly adapter: Adapter;
  readonly enums: ReadonlyMap<TypeModel, EnumNames>;
  readonly parsedArrays: boolean;
}

/** Generic types that say all three of select, insert and update: an override with one is taken as it is. */
const WHOLE = new Set(['ColumnType', 'JSONColumnType', 'Generated', 'GeneratedAlways']);

/** The type of a column in the interface of its table. */
export function columnNode(
  column: ColumnModel,
  override: ExpressionNode | undefined,
  context: TypeContext,
): ExpressionNode {
  if (override?.type === 'GenericExpression' && WHOLE.has(override.name)) return override;
  const value = override === undefined ? valueNode(column.type, context) : overridden(column.type, override);
  const node = column.nullable ? withNull(value) : value;
  const wrapper = wrapperOf(column);
  return wrapper === undefined ? node : new GenericExpressionNode(wrapper, [node]);
}

function wrapperOf({ insert, update }: ColumnModel): string | undefined {
  if (insert === 'never') return update ? 'UpdateOnly' : 'GeneratedAlways';
  if (!update) return 'InsertOnly';
  return insert === 'optional' ? 'Generated' : undefined;
}

function withNull(node: ExpressionNode): ExpressionNode {
  const members = node.type === 'UnionExpression' ? node.args : [node];
  return new UnionExpressionNode([...members, new IdentifierNode('null')]);
}

/** JSON goes in as an object or as text, whatever its type. */
function overridden(type: TypeModel, override: ExpressionNode): ExpressionNode {
  const { schema, name } = rootOf(type);
  const isJson = schema === 'pg_catalog' && (name === 'json' || name === 'jsonb');
  return isJson ? new GenericExpressionNode('JsonOf', [override]) : override;
}

/** The driver sees the type below a domain: the server sends its oid (printtup.c, getBaseTypeAndTypmod). */
function rootOf(type: TypeModel): TypeModel {
  return type.base === undefined ? type : rootOf(type.base);
}

function valueNode(type: TypeModel, context: TypeContext): ExpressionNode {
  const { adapter, enums } = context;
  const root = rootOf(type);
  const enumNames = enums.get(root);
  if (enumNames !== undefined) return new IdentifierNode(enumNames.type);
  if (root.element !== undefined) return arrayNode(root.element, context);
  // A user's own type may bear the name of a built-in one, and is text to the driver; so are composites and ranges.
  if (root.schema !== 'pg_catalog' || root.kind !== 'base') return adapter.defaultScalar;
  return adapter.scalars[root.name] ?? adapter.defaultScalar;
}

function arrayNode(element: TypeModel, context: TypeContext): ExpressionNode {
  const node = valueNode(element, context);
  const isBuiltIn = element.schema === 'pg_catalog' && isParsedArray(element.name);
  if (!isBuiltIn && !context.parsedArrays) return new GenericExpressionNode('UnparsedArray', [node]);
  // The driver reads numeric as text, but an array of them as numbers.
  if (isBuiltIn && element.name === 'numeric') return new IdentifierNode('NumericArray');
  const isPlain = node.type === 'Identifier' && ['boolean', 'number', 'string', 'Buffer'].includes(node.name);
  return isPlain ? new ArrayExpressionNode(node) : new GenericExpressionNode('ArrayType', [node]);
}
