import { hash } from 'node:crypto';
import { distinct, rotated } from './hints.ts';
import type { FillHints } from './hints.ts';

/** Where a value stands: the same place gives the same value on every run. */
export interface FillPlace {
  /** Table and column. */
  readonly key: string;
  /** 1-based. */
  readonly row: number;
}

/** A number from 0 up to `below`, fixed by the column: two columns rarely have the same. */
export function numberOf({ key }: FillPlace, below: number): number {
  return Number.parseInt(hash('sha256', key, 'hex').slice(0, 12), 16) % below;
}

/** Hexadecimal digits, fixed by the column and the row. */
export function digestOf({ key, row }: FillPlace): string {
  return hash('sha256', `${key}\0${String(row)}`, 'hex');
}

/** Whole numbers that are ordinary first, then those that conditions speak of and their neighbours. */
export function integers(place: FillPlace, hints: FillHints): readonly string[] {
  const { row } = place;
  const base = 7 + numberOf(place, 60) + row;
  const near = hints.numbers.flatMap((number) => [Math.trunc(number), Math.trunc(number) + row]);
  const around = hints.numbers.flatMap((number) => [
    Math.trunc(number) + 1,
    Math.trunc(number) - 1,
    Math.trunc(number) - row,
    Math.trunc(number) * row,
    Math.trunc(number / 2),
  ]);
  const small = rotated([1, 2, 3, 4, 5], row - 1);
  return distinct([base, ...small, base + 13, ...near, ...around, 0, 100 + row, 1000 + row, -row]).map(
    writtenOut,
  );
}

/** Numbers with as many digits behind the point as the type keeps; no end of them is not `numeric(p, s)`. */
export function decimals(
  place: FillPlace,
  hints: FillHints,
  digits?: { readonly precision: number; readonly scale: number },
): readonly string[] {
  const scale = Math.min(digits?.scale ?? 2, 6);
  const room = digits === undefined ? 12 : digits.precision - digits.scale;
  const fraction = String(1 + ((numberOf(place, 9) + place.row) % 9)).repeat(Math.max(scale, 0));
  const whole = integers(place, hints);
  const first = whole[0] ?? '1';
  const base = `${room <= 0 ? '0' : first.slice(-room)}${scale > 0 ? `.${fraction}` : ''}`;
  const exact = hints.numbers.flatMap((number) => [
    String(number),
    String(number + 0.01),
    String(number - 0.01),
  ]);
  const all = [base, ...whole, ...exact, '0.5', `0.${String(place.row)}`];
  return distinct(all).filter((text) => fits(text, room));
}

function fits(text: string, room: number): boolean {
  const whole = /^-?0*(\d*)/.exec(text)?.[1] ?? '';
  return !text.includes('e') && whole.length <= Math.max(room, 0);
}

/** A whole number without an exponent. */
function writtenOut(number: number): string {
  return Number.isSafeInteger(number) ? String(number) : BigInt(Math.trunc(number)).toString();
}

/** The whole numbers of a type of so many bytes. */
export function within(texts: readonly string[], bytes: 2 | 4 | 8, unsigned = false): readonly string[] {
  const limit = 2n ** BigInt(8 * bytes - 1);
  return texts.filter((text) => {
    const number = BigInt(text);
    return number < limit && number >= (unsigned ? 0n : -limit);
  });
}
