import { distinct } from './hints.ts';
import type { FillHints } from './hints.ts';
import { numberOf } from './numbers.ts';
import type { FillPlace } from './numbers.ts';

/** So many constants of a condition are tried as keys and values of an object. */
const MOST_KEYS = 6;

/** JSON of every shape: an object with keys first, then a list, empty ones, and plain values. */
export function documents(place: FillPlace, hints: FillHints): readonly string[] {
  const { row } = place;
  const number = numberOf(place, 90) + row;
  const object = { name: `Zoë ${String(row)}`, count: number, active: true, tags: ['käse', 'b'], none: null };
  const list = [`käse ${String(row)}`, `b${String(number)}`];
  const plain = [object, list, {}, [], `Zoë ${String(row)}`, number, true, [{ id: row, name: 'é' }], null];
  return distinct([...plain, ...hinted(hints, row)].map((value) => JSON.stringify(value)));
}

/** Objects with the keys that a condition names, with values of every kind and with each other as values. */
function hinted(hints: FillHints, row: number): readonly unknown[] {
  const words = hints.texts.filter((text) => text !== '' && !/^[{[]/.test(text)).slice(0, MOST_KEYS);
  if (words.length === 0) return [];
  const numbers = [row, ...hints.numbers.flatMap((number) => [number, number + 1])].slice(0, MOST_KEYS);
  const all = (value: unknown): Readonly<Record<string, unknown>> =>
    Object.fromEntries(words.map((word) => [word, value]));
  return [
    ...[`wört ${String(row)}`, [`a${String(row)}`], { a: row }, true, ...numbers].map(all),
    ...words.flatMap((key) =>
      words.filter((word) => word !== key).map((value) => ({ ...all(1), [key]: value })),
    ),
    words,
    words.slice(0, 1),
    ...words,
  ];
}
