import type { DataType } from '../schema/model.ts';
import type { Schema } from '../schema/schema.ts';

/** What a change of type does to the rows: nothing, all of them are written anew, or it depends on the time zone of the session. */
export type TypeChange = 'none' | 'rewrite' | 'time-zone';

/** Types whose values are the same bytes (pg_cast, castmethod b), with a length or without. */
const SAME_BYTES: readonly (readonly [from: string, to: string])[] = [
  ['varchar', 'text'],
  ['text', 'varchar'],
  ['cidr', 'inet'],
  ['xml', 'text'],
  ['xml', 'varchar'],
  ['int4', 'oid'],
  ['oid', 'int4'],
  ['bit', 'varbit'],
  ['varbit', 'bit'],
];

/** Types with one number behind them that may grow without a look at the rows (pg_proc.prosupport of their length casts). */
const GROWING = new Set(['varchar', 'varbit', 'time', 'timetz', 'timestamp', 'timestamptz', 'interval']);

/**
 * What ALTER COLUMN … TYPE does to the rows, without USING or with one that only names the column. Measured on
 * PostgreSQL 12 to 18: test/fixtures/lock-atlas.jsonl.
 */
export function typeChange(from: DataType, to: DataType, schema: Schema): TypeChange {
  const base = baseOf(from, schema);
  const domain = schema.domain(to);
  if (domain !== undefined) {
    const same = schema.domain(from)?.name === domain.name;
    if (same) return 'none';
    // The constraint of a domain is checked for each row, which writes it anew.
    if (domain.constraints.length > 0 || domain.notNull || domain.base === undefined) return 'rewrite';
    return typeChange(base, domain.base, schema);
  }
  if (base.array !== to.array) return 'rewrite';
  if (base.name === to.name && base.schema === to.schema) return lengthChange(base, to);
  if (base.array) return 'rewrite';
  const pair = [base.name, to.name].sort().join(' ');
  if (pair === 'timestamp timestamptz')
    return lengthChange(base, { ...to, name: base.name }) === 'none' ? 'time-zone' : 'rewrite';
  const same = SAME_BYTES.some(([one, other]) => one === base.name && other === to.name);
  return same && to.modifiers.length === 0 ? 'none' : 'rewrite';
}

function baseOf(type: DataType, schema: Schema): DataType {
  const domain = schema.domain(type);
  return domain?.base === undefined ? type : baseOf(domain.base, schema);
}

/** Of one type with other numbers behind it. */
function lengthChange(from: DataType, to: DataType): TypeChange {
  const [before, after] = [from.modifiers, to.modifiers];
  if (before.join() === after.join()) return 'none';
  if (from.array || to.array) return 'rewrite';
  if (to.name === 'numeric') {
    if (after.length === 0) return 'none';
    const [precision = 0, scale = 0] = before;
    const [newPrecision = 0, newScale = 0] = after;
    return before.length > 0 && newScale === scale && newPrecision >= precision ? 'none' : 'rewrite';
  }
  if (!GROWING.has(to.name)) return 'rewrite';
  if (after.length === 0) return 'none';
  // Without a number, varchar has no end and times have all six digits.
  const least = before.at(-1) ?? (to.name === 'varchar' || to.name === 'varbit' ? Infinity : 6);
  return (after.at(-1) ?? 0) >= least ? 'none' : 'rewrite';
}
