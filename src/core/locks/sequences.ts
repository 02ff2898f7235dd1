import { functionNameOf } from '../lint/syntax.ts';
import type { NodeOf } from '../lint/syntax.ts';
import { sameName } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import type { Schema } from '../schema/schema.ts';

/** The sequences of the serial and identity columns of a table. */
export function ownSequences(schema: Schema, table: ObjectName): readonly ObjectName[] {
  return schema.sequences.filter(({ ownedBy }) => ownedBy !== undefined && sameName(ownedBy.table, table));
}

/** The sequence that `nextval` and `setval` name. */
export function sequenceOf(call: NodeOf<'FuncCall'>): string | undefined {
  if (!['nextval', 'setval'].includes(functionNameOf(call))) return undefined;
  const [first] = call.args ?? [];
  const constant = first !== undefined && 'TypeCast' in first ? first.TypeCast.arg : first;
  return constant !== undefined && 'A_Const' in constant ? constant.A_Const.sval?.sval : undefined;
}
