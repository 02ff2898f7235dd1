import { distinct, hintedTexts, hintsOf, joinedHints, NO_HINTS, rotated } from './hints.ts';
import type { FillHints } from './hints.ts';
import { numberOf } from './numbers.ts';
import type { FillPlace } from './numbers.ts';
import type { FillColumn, FillTable, FillType } from './table.ts';
import { baseValues } from './values.ts';

/** What has been learned about the values of a table's columns. */
export interface FillLessons {
  /** How far the candidates of a column are turned, so that another one comes first. */
  readonly turns: ReadonlyMap<string, number>;
  /** Candidates that the type does not read, by column. */
  readonly unreadable: ReadonlyMap<string, ReadonlySet<string>>;
  /** Columns that must not be null, although they may be. */
  readonly required: ReadonlySet<string>;
  /** Columns whose checks are left to the INSERT: what the checks speak of comes first. */
  readonly unchecked: ReadonlySet<string>;
}

/** The candidates of one column for one row, in the order in which they are tried; undefined is NULL. */
export type FillPool = readonly (string | undefined)[];

/** More candidates than these make the search long, and find little. */
const MOST_CANDIDATES = 60;

/** So many combinations of the columns of one check are looked at in the worst case. */
const MOST_COMBINATIONS = 100_000;

/**
 * The first row has everything filled, with values that are no defaults; in the second one everything that may
 * be null is null, and what has a constant default has that. Later rows are mixed.
 */
export function poolOf(table: FillTable, column: FillColumn, row: number, lessons: FillLessons): FillPool {
  const place: FillPlace = { key: `${table.sql}.${column.name}`, row };
  const unreadable = lessons.unreadable.get(column.name);
  const own = ownHints(table, column);
  const hints = joinedHints([own, allHints(table, column)]);
  const constant = constantOf(column);
  const readable = candidatesOf(column.type, place, hints, constant).filter(
    (value) => unreadable?.has(value) !== true,
  );
  const most = mostCandidates(table, column.name);
  // Where few candidates have room, or the search cannot tell them apart, those that checks speak of come early.
  const ordinary = lessons.unchecked.has(column.name) ? 0 : most < MOST_CANDIDATES ? 1 : readable.length;
  const preferred = [
    ...readable.slice(0, ordinary),
    ...suggested(readable, own, row),
    ...suggested(readable, hints, row),
    ...readable,
  ];
  const values = withDefaultPlaced(preferred, constant, row).slice(0, most);
  const turn = lessons.turns.get(column.name) ?? 0;
  if (isNeverNull(column) || lessons.required.has(column.name)) return rotated(values, turn);
  return rotated(
    isNullFirst(place) || refersToNothing(table, column) ? [undefined, ...values] : [...values, undefined],
    turn,
  );
}

/** How many candidates a column has, NULL left out: the fewer, the more columns a check holds together. */
export function mostCandidates(table: FillTable, name: string): number {
  const widths = table.conditions
    .filter(({ kind, columns }) => kind === 'check' && columns.includes(name))
    .map(({ columns }) => columns.length);
  const each = Math.floor(MOST_COMBINATIONS ** (1 / Math.max(1, ...widths)));
  return Math.max(1, Math.min(MOST_CANDIDATES, each - 1));
}

/** True where this row rather has no value. */
export function isNullFirst(place: FillPlace): boolean {
  return place.row === 2 || (place.row > 2 && (place.row + numberOf(place, 2)) % 2 === 0);
}

/**
 * True for a column that is called like a reference and has no foreign key: it stays empty where it may, as a later
 * migration may say what it refers to, and an invented value would refer to nothing.
 */
function refersToNothing(table: FillTable, { name, type }: FillColumn): boolean {
  return (
    name.endsWith('_id') &&
    type.kind === 'base' &&
    ['uuid', 'int4', 'int8'].includes(type.name) &&
    !table.references.some(({ columns }) => columns.includes(name))
  );
}

/** True where NULL is refused by the column or by its type. */
export function isNeverNull({ notNull, type }: FillColumn): boolean {
  return notNull || (type.kind === 'domain' && type.notNull);
}

/** All values of a type that come into question. */
function candidatesOf(
  type: FillType,
  place: FillPlace,
  hints: FillHints,
  constant: string | undefined,
): readonly string[] {
  switch (type.kind) {
    case 'base': {
      const values = baseValues(type.name, type.modifier, place, hints);
      // A list by default is a list in every row.
      const isList = /^jsonb?$/.test(type.name) && constant?.startsWith('[') === true;
      return isList ? [...values.filter((value) => value.startsWith('[')), ...values] : values;
    }
    case 'enum':
      return rotated(type.labels, place.row - 1);
    case 'domain':
      return candidatesOf(
        type.base,
        place,
        joinedHints([hints, ...type.checks.map((check) => hintsOf(check))]),
        constant,
      );
    case 'array':
      return arrays(type.element, place, hints);
    case 'composite':
      return [0, 1].map((turn) => compositeOf(type.fields, place, turn));
    case 'range':
      return [...ranges(type.subtype, place, hints), ...hints.texts];
    case 'multirange':
      return [
        ...ranges(type.subtype, place, hints).map((range) => (range === 'empty' ? '{}' : `{${range}}`)),
        ...hints.texts,
      ];
  }
}

/** What conditions say of this column. */
function ownHints(table: FillTable, { name }: FillColumn): FillHints {
  return joinedHints(
    conditionsOn(table, name).map(({ text, columns }) => hintsOf(text, { name, among: columns })),
  );
}

/** What they say of the other columns that they are about, too. */
function allHints(table: FillTable, { name }: FillColumn): FillHints {
  return joinedHints(conditionsOn(table, name).map(({ text }) => hintsOf(text)));
}

function conditionsOn(
  table: FillTable,
  name: string,
): readonly { readonly text: string; readonly columns: readonly string[] }[] {
  return table.conditions
    .filter(({ columns }) => columns.includes(name))
    .flatMap(({ expression, predicate, columns }) =>
      [expression, predicate].flatMap((text) => (text === undefined ? [] : [{ text, columns }])),
    );
}

/** Those of the values that the hints lead to. */
function suggested(values: readonly string[], hints: FillHints, row: number): readonly string[] {
  const numbers = hints.numbers.flatMap((number) => [number, number + 1, number - 1]).map(String);
  const wanted = new Set([...hints.texts, ...numbers, ...hintedTexts(hints, row)]);
  return values.filter((value) => wanted.has(value));
}

/** The value of a default that is a constant. */
export function constantOf({ expression, generated }: FillColumn): string | undefined {
  if (expression === undefined || generated) return undefined;
  const quoted = /^'((?:[^']|'')*)'(::[^(]*(\([\d,]+\))?)?$/.exec(expression);
  if (quoted !== null) return quoted[1]?.replaceAll("''", "'");
  return /^\(?(-?\d+(?:\.\d+)?|true|false)\)?(::.*)?$/.exec(expression)?.[1];
}

/** The default comes last in the first row, first in the second one, and where it falls in later ones. */
function withDefaultPlaced(
  values: readonly string[],
  constant: string | undefined,
  row: number,
): readonly string[] {
  const unique = distinct(values);
  if (constant === undefined || row > 2) return unique;
  const others = unique.filter((value) => value !== constant);
  return row === 1 ? [...others.slice(0, MOST_CANDIDATES - 1), constant] : [constant, ...others];
}

/** Lists of two members, of one, none, and of the lengths and members that conditions speak of. */
function arrays(element: FillType, place: FillPlace, hints: FillHints): readonly string[] {
  const members = candidatesOf(element, place, NO_HINTS, undefined);
  const [first = '', second = first] = members;
  const known = new Set(element.kind === 'enum' ? element.labels : []);
  const named = hints.texts.filter((text) => !/^\{.*\}$/.test(text) && (known.size === 0 || known.has(text)));
  const lengths = hints.numbers.flatMap((number) => [number, number + 1, number - 1]);
  const long = lengths.filter((length) => Number.isInteger(length) && length > 0 && length <= 20);
  const lists: readonly (readonly string[])[] = [
    [first, second],
    [first],
    [],
    ...long.map((length) => Array.from({ length }, (_, index) => members[index % members.length] ?? '')),
    ...(named.length === 0 ? [] : [named, named.slice(0, 2)]),
    ...named.map((text) => [text]),
  ];
  return distinct(lists.map((list) => `{${list.map(member).join(',')}}`));
}

function compositeOf(fields: readonly FillType[], place: FillPlace, turn: number): string {
  const values = fields.map((field, index) => {
    const own = { key: `${place.key}.${String(index)}`, row: place.row };
    return rotated(candidatesOf(field, own, NO_HINTS, undefined), turn)[0];
  });
  return `(${values.map((value) => (value === undefined ? '' : member(value))).join(',')})`;
}

/** Ranges from one value to a greater one, of one value, without an end, and the empty one. */
function ranges(subtype: FillType, place: FillPlace, hints: FillHints): readonly string[] {
  const inner = candidatesOf(subtype, place, { ...hints, texts: [] }, undefined);
  const [first = ''] = inner;
  const greater = inner.filter((value) => isBefore(first, value)).slice(0, 4);
  const [nearest, ...farther] = greater.map((value) => `[${member(first)},${member(value)})`);
  return distinct([
    ...(nearest === undefined ? [] : [nearest]),
    `[${member(first)},${member(first)}]`,
    ...farther,
    `[${member(first)},)`,
    `(,${member(first)})`,
    'empty',
  ]);
}

function isBefore(left: string, right: string): boolean {
  const numbers = [Number(left), Number(right)] as const;
  return numbers.some(Number.isNaN) ? left < right : numbers[0] < numbers[1];
}

/** A member of an array, composite or range, quoted so that any text is read as it is. */
function member(value: string): string {
  return `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}
