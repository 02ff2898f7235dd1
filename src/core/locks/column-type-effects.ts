import { stringsOf } from '../lint/syntax.ts';
import type { ColumnDef, Node } from '../lint/syntax.ts';
import type { Column, Index } from '../schema/model.ts';
import { nameText } from '../schema/names.ts';
import type { ObjectName } from '../schema/names.ts';
import { dataTypeOf, typeText } from '../schema/types.ts';
import { typeChange } from './column-type.ts';
import type { Effect, Work } from './effect.ts';
import { onTable, storesOf } from './effect-scope.ts';
import type { EffectScope } from './effect-scope.ts';

/** ALTER COLUMN … TYPE. */
export function columnTypeEffects(
  scope: EffectScope,
  table: ObjectName,
  name: string,
  definition: ColumnDef,
  offset: number,
): readonly Effect[] {
  const { schema } = scope;
  const to = dataTypeOf(definition.typeName);
  const column = schema.relation(table)?.columns.find((one) => one.name === name);
  const from = column?.type;
  const what = `ALTER COLUMN ${nameText(table)}.${name} TYPE ${typeText(to)}`;
  const effects: Effect[] = [onTable(table, 'ACCESS EXCLUSIVE', { what, offset })];
  const work = (kind: Work, cause: string, detail?: string): void => {
    for (const store of storesOf(schema, table)) {
      effects.push(onTable(store, 'ACCESS EXCLUSIVE', { what, offset }, { work: kind, cause, detail }));
    }
  };
  if (to === undefined) return effects;
  if (from === undefined) {
    work('rewrite', 'column-type-rewrite', 'what it is now, no file says');
    return effects;
  }
  const using = definition.raw_default;
  const plain = using === undefined || isColumnItself(using, name, definition);
  const change = plain ? typeChange(from, to, schema) : 'rewrite';
  const zone = schema.setting('timezone');
  const utc = zone !== undefined && /^(?:utc|gmt|etc\/utc|z|0)$/i.test(zone);
  if (change === 'rewrite') {
    work('rewrite', 'column-type-rewrite', `from ${typeText(from)}`);
    return effects;
  }
  if (change === 'time-zone' && !utc) {
    work(
      'rewrite',
      'type-change-timezone-dependent',
      `the instant of each value depends on the time zone of the session${zone === undefined ? '' : `, ${zone}`}`,
    );
    return effects;
  }
  const rebuilt = rebuiltIndexes(
    scope,
    table,
    column,
    definition,
    change === 'time-zone' || changesOperators(from.name, to.name),
  );
  if (rebuilt.length > 0) {
    work(
      'index-build',
      'column-type-index-rebuild',
      `${rebuilt.map((index) => index.name).join(', ')} ${rebuilt.length === 1 ? 'is' : 'are'} built anew`,
    );
  }
  // A CHECK that names the column is made again, and proven again. A type that stays as it is touches nothing.
  const same = typeText(from) === typeText(to) && collationOf(definition) === undefined;
  const checks = schema
    .relation(table)
    ?.constraints.filter(
      ({ kind, columns, enforced }) => kind === 'check' && enforced && columns.includes(name),
    );
  const [check] = checks ?? [];
  if (!same && rebuilt.length === 0 && check !== undefined) {
    work('scan', 'column-type-check-scan', `the constraint ${check.name} is proven again`);
  }
  return effects;
}

/** `USING a`, `USING a::bigint` where bigint is the new type. */
function isColumnItself(using: Node, name: string, definition: ColumnDef): boolean {
  if ('ColumnRef' in using) return stringsOf(using.ColumnRef.fields).at(-1) === name;
  if (!('TypeCast' in using) || using.TypeCast.arg === undefined) return false;
  const cast = typeText(dataTypeOf(using.TypeCast.typeName));
  return (
    cast === typeText(dataTypeOf(definition.typeName)) && isColumnItself(using.TypeCast.arg, name, definition)
  );
}

/** int4 and oid sort alike but not by the same operators; timestamp and timestamptz too. */
function changesOperators(from: string, to: string): boolean {
  return from !== to && ['oid', 'int4', 'bit', 'varbit'].includes(to);
}

function collationOf(definition: ColumnDef): string | undefined {
  return stringsOf(definition.collClause?.collname).at(-1);
}

/**
 * The indexes that have to be built again although the rows stay: other operators, another collation, or an
 * expression or predicate that holds the column (indexcmds.c, CheckIndexCompatible).
 */
function rebuiltIndexes(
  { schema }: EffectScope,
  table: ObjectName,
  column: Column | undefined,
  definition: ColumnDef,
  operators: boolean,
): readonly Index[] {
  const name = column?.name ?? '';
  const collation = collationOf(definition);
  const recollated = collation !== undefined && collation !== (column?.collation ?? 'default');
  const lost = collation === undefined && column?.collation !== undefined && column.collation !== 'default';
  const retyped = typeText(column?.type) !== typeText(dataTypeOf(definition.typeName));
  return schema.indexesOf(table).filter((index) => {
    if (!index.uses.includes(name)) return false;
    if (operators || recollated || lost) return true;
    const plain = index.columns.every((one) => one !== undefined) && !index.partial;
    return retyped && !plain;
  });
}
