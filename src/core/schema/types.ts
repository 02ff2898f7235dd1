import { namesOf, stringsOf } from '../lint/syntax.ts';
import type { Node, TypeName } from '../lint/syntax.ts';
import type { DataType } from './model.ts';

/** Other names of a type, where the parser leaves them as they are. */
const ALIASES: Readonly<Record<string, string>> = {
  int: 'int4',
  integer: 'int4',
  bigint: 'int8',
  smallint: 'int2',
  boolean: 'bool',
  decimal: 'numeric',
  real: 'float4',
};

/** The column types that bring a sequence, with what they are. */
export const SERIAL_TYPES: Readonly<Record<string, string>> = {
  serial: 'int4',
  serial4: 'int4',
  bigserial: 'int8',
  serial8: 'int8',
  smallserial: 'int2',
  serial2: 'int2',
};

/** The type that a statement names. */
export function dataTypeOf(type: TypeName | undefined): DataType | undefined {
  if (type === undefined) return undefined;
  const names = stringsOf(type.names);
  const last = names.at(-1) ?? '';
  const schema = names.at(-2);
  const own = schema === 'pg_catalog' ? undefined : schema;
  return {
    schema: own,
    name: own === undefined ? (ALIASES[last] ?? last) : last,
    modifiers: (type.typmods ?? []).map(modifierOf),
    array: (type.arrayBounds ?? []).length > 0,
  };
}

/** A type as a person would write it: `varchar(50)`, `text[]`. */
export function typeText(type: DataType | undefined): string {
  if (type === undefined) return 'an unknown type';
  const { schema, name, modifiers, array } = type;
  const bracket = modifiers.length === 0 ? '' : `(${modifiers.join(',')})`;
  return `${schema === undefined ? '' : `${schema}.`}${WRITTEN[name] ?? name}${bracket}${array ? '[]' : ''}`;
}

const WRITTEN: Readonly<Record<string, string>> = {
  int4: 'integer',
  int8: 'bigint',
  int2: 'smallint',
  bool: 'boolean',
  bpchar: 'char',
  float8: 'double precision',
  float4: 'real',
};

/** Types as arguments of a function are compared. */
export function argumentTypeText(node: Node): string {
  if ('TypeName' in node) return typeText(dataTypeOf(node.TypeName));
  return namesOf(node).join('.');
}

function modifierOf(node: Node): number {
  return 'A_Const' in node ? (node.A_Const.ival?.ival ?? 0) : 0;
}
