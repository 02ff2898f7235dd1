import type { DataType } from '../schema/model.ts';

/** What happens to values that the new type cannot hold. */
export interface Narrowing {
  /** `fails`: the statement ends with an error; `loses`: the values change and nobody is told. */
  readonly how: 'fails' | 'loses';
  readonly what: string;
}

/** How many bytes integers have; floats stand above them. */
const INTEGERS: Readonly<Record<string, number>> = { int2: 2, int4: 4, int8: 8 };
const TIMES: ReadonlySet<string> = new Set(['timestamp', 'timestamptz', 'time', 'timetz']);
const TEXTS: ReadonlySet<string> = new Set(['text', 'varchar', 'bpchar', 'char']);
const DECIMALS: ReadonlySet<string> = new Set(['numeric', 'float4', 'float8']);

/** Why a column of one type may not fit into another one; undefined where every value fits, or where it is not known. */
export function narrowing(from: DataType, to: DataType): Narrowing | undefined {
  if (from.array || to.array || from.schema !== undefined || to.schema !== undefined) return undefined;
  if (TEXTS.has(from.name) && TEXTS.has(to.name)) return textNarrowing(from, to);
  const [before, after] = [INTEGERS[from.name], INTEGERS[to.name]];
  if (after !== undefined) {
    if (before !== undefined) return before > after ? { how: 'fails', what: 'larger numbers' } : undefined;
    return DECIMALS.has(from.name) ? { how: 'loses', what: 'decimals are rounded away' } : undefined;
  }
  if (from.name === 'float8' && to.name === 'float4')
    return { how: 'loses', what: 'numbers are rounded to six digits' };
  if (to.name === 'numeric' && DECIMALS.has(from.name)) return numericNarrowing(from, to);
  if (TIMES.has(from.name)) return timeNarrowing(from, to);
  return undefined;
}

function textNarrowing(from: DataType, to: DataType): Narrowing | undefined {
  const longest = (type: DataType): number =>
    type.name === 'text' ? Infinity : (type.modifiers[0] ?? (type.name === 'varchar' ? Infinity : 1));
  return longest(to) < longest(from)
    ? { how: 'fails', what: `texts of more than ${longest(to)} characters` }
    : undefined;
}

function numericNarrowing(from: DataType, to: DataType): Narrowing | undefined {
  const [precision, scale = 0] = to.modifiers;
  if (precision === undefined) return undefined;
  const [old, oldScale = 0] = from.name === 'numeric' ? from.modifiers : [];
  if (old === undefined || scale < oldScale)
    return { how: 'loses', what: `numbers are rounded to ${scale} decimals` };
  return precision - scale < old - oldScale ? { how: 'fails', what: 'larger numbers' } : undefined;
}

function timeNarrowing(from: DataType, to: DataType): Narrowing | undefined {
  if (to.name === 'date') return { how: 'loses', what: 'the time of day' };
  if (!TIMES.has(to.name)) return undefined;
  if (from.name.startsWith('timestamp') && !to.name.startsWith('timestamp'))
    return { how: 'loses', what: 'the date' };
  const digits = (type: DataType): number => type.modifiers[0] ?? 6;
  return digits(to) < digits(from)
    ? { how: 'loses', what: `seconds are rounded to ${digits(to)} decimals` }
    : undefined;
}
