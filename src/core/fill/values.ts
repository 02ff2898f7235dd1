import { hintedTexts, distinct } from './hints.ts';
import type { FillHints } from './hints.ts';
import { documents } from './documents.ts';
import { decimals, digestOf, integers, numberOf, within } from './numbers.ts';
import type { FillPlace } from './numbers.ts';
import { dates, intervals, times, timestamps } from './times.ts';

/** What makes candidates of one type: texts that the type reads, ordinary ones first. */
type Candidates = (place: FillPlace, hints: FillHints, modifier: number) => readonly string[];

/** The header that a length modifier of character types and numeric counts (`VARHDRSZ`). */
const HEADER = 4;

const text: Candidates = (place, hints, modifier) => {
  const length = modifier >= HEADER ? modifier - HEADER : Infinity;
  const compact = length < 12 ? [`${String(place.row)}é${digestOf(place)}`] : [];
  const all = [...compact, ...plainTexts(place), ...hintedTexts(hints, place.row)];
  return distinct(all.map((value) => Array.from(value).slice(0, Math.min(length, 10_000)).join('')));
};

const integer =
  (bytes: 2 | 4 | 8, unsigned = false): Candidates =>
  (place, hints) =>
    within(integers(place, hints), bytes, unsigned);

const numeric: Candidates = (place, hints, modifier) =>
  decimals(place, hints, modifier < HEADER ? undefined : digitsOf(modifier));

const uuid: Candidates = (place, hints) => {
  const digits = digestOf(place);
  const parts = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `8${digits.slice(17, 20)}`,
  ];
  return [
    `${parts.join('-')}-${digits.slice(20, 32)}`,
    ...hints.texts.filter((value) => /^[0-9a-f-]{36}$/.test(value)),
  ];
};

const bits: Candidates = (place, _hints, modifier) => {
  const length = modifier > 0 ? modifier : 1;
  const digits = Array.from(digestOf(place), (digit) =>
    Number.parseInt(digit, 16).toString(2).padStart(4, '0'),
  );
  const many = digits.join('').repeat(Math.ceil(length / 256));
  return distinct([many.slice(0, length), '1'.repeat(length), '0'.repeat(length)]);
};

const bytes: Candidates = (place, hints) => {
  const digits = digestOf(place);
  const lengths = hints.numbers.flatMap((number) => [number, number + 1]).filter((number) => number > 0);
  const long = lengths
    .filter((number) => number <= 4000)
    .map((number) => digits.repeat(1 + number / 32).slice(0, 2 * number));
  return ['\\xc3bf' + digits.slice(0, 12), ...long.map((value) => `\\x${value}`), '\\x'];
};

const fixed =
  (...make: readonly ((row: string, number: string) => string)[]): Candidates =>
  (place, hints) => [
    ...make.map((value) => value(String(place.row), String(1 + numberOf(place, 200)))),
    ...hints.texts,
  ];

/** By the name of the type: those of PostgreSQL, and of extensions that are common. */
const BY_TYPE: Readonly<Record<string, Candidates>> = {
  text,
  varchar: text,
  bpchar: text,
  citext: text,
  name: (place, hints) => text(place, hints, 63 + HEADER),
  char: (place) => [String.fromCharCode(97 + ((numberOf(place, 26) + place.row) % 26))],
  int2: integer(2),
  int4: integer(4),
  int8: integer(8),
  oid: integer(4, true),
  xid: integer(4, true),
  xid8: integer(8, true),
  cid: integer(4, true),
  numeric,
  float4: (place, hints) => decimals(place, hints),
  float8: (place, hints) => decimals(place, hints),
  money: (place, hints) => decimals(place, hints, { precision: 12, scale: 2 }),
  bool: (place) => (place.row % 2 === 1 ? ['true', 'false'] : ['false', 'true']),
  uuid,
  date: dates,
  time: times,
  timetz: (place, hints) => times(place, hints).map((value) => `${value}+00`),
  timestamp: (place, hints) => timestamps(place, hints, ''),
  timestamptz: (place, hints) => timestamps(place, hints, '+00'),
  interval: intervals,
  json: documents,
  jsonb: documents,
  bytea: bytes,
  bit: bits,
  varbit: bits,
  inet: fixed(
    (row, number) => `192.0.${number}.${row}`,
    (row) => `2001:db8::${row}`,
    (row, number) => `10.${number}.${row}.0/24`,
  ),
  cidr: fixed(
    (row, number) => `10.${number}.${row}.0/24`,
    (row, number) => `2001:db8:${number}:${row}::/64`,
  ),
  macaddr: (place) => [digestOf(place).slice(0, 12)],
  macaddr8: (place) => [digestOf(place).slice(0, 16)],
  tsvector: fixed(
    (row, number) => `'zoë':${row} 'wort${number}':2A`,
    () => '',
  ),
  tsquery: fixed((_row, number) => `'zoë' & !'wort${number}'`),
  xml: fixed((row, number) => `<zoë row="${row}">${number}</zoë>`),
  point: fixed((row, number) => `(${row}.5,${number})`),
  line: fixed((row, number) => `{1,-${row},${number}}`),
  lseg: fixed((row, number) => `[(${row},0),(${number},9)]`),
  box: fixed((row, number) => `(${number}5,9),(${row},0)`),
  path: fixed(
    (row, number) => `[(${row},0),(${number},9),(3,4)]`,
    (row, number) => `((${row},0),(${number},9),(3,4))`,
  ),
  polygon: fixed((row, number) => `((${row},0),(${number},9),(300,4))`),
  circle: fixed((row, number) => `<(${row},${number}),${row}>`),
  pg_lsn: fixed((row, number) => `${row}/${number}`),
  pg_snapshot: fixed((row, number) => `${row}:${row}${number}:${row}`),
  txid_snapshot: fixed((row, number) => `${row}:${row}${number}:${row}`),
  tid: fixed((row, number) => `(${number},${row})`),
  regclass: fixed(() => 'pg_catalog.pg_class'),
  regtype: fixed(
    () => 'pg_catalog.int4',
    () => 'pg_catalog.text',
  ),
  regproc: fixed(() => 'pg_catalog.now'),
  regprocedure: fixed(() => 'pg_catalog.now()'),
  regnamespace: fixed(() => 'pg_catalog'),
  regconfig: fixed(() => 'pg_catalog.simple'),
  regdictionary: fixed(() => 'pg_catalog.simple'),
  regcollation: fixed(() => 'pg_catalog."C"'),
  jsonpath: fixed((row, number) => `$."key${number}"[${row}]`),
  int2vector: fixed((row, number) => `${row} ${number}`),
  oidvector: fixed((row, number) => `${row} ${number}`),
  hstore: fixed(
    (row, number) => `"schlüssel"=>"${row}", "key${number}"=>NULL`,
    () => '',
  ),
  ltree: fixed(
    (row, number) => `top.number${number}.row${row}`,
    () => 'top',
  ),
  lquery: fixed((_row, number) => `top.*{1,${number}}`),
  ltxtquery: fixed((_row, number) => `top & number${number}`),
  cube: fixed((row, number) => `(${row}, ${number})`),
  seg: fixed((row, number) => `${row} .. ${number}5`),
  isbn: fixed(() => '978-0-306-40615-7'),
  geometry: fixed(
    (row, number) => `POINT(${row} ${number})`,
    (row) => `SRID=4326;POINT(${row} 5)`,
  ),
  geography: fixed((row) => `SRID=4326;POINT(${row} 5)`),
  vector: (place, _hints, modifier) => [vectorOf(place, modifier)],
  halfvec: (place, _hints, modifier) => [vectorOf(place, modifier)],
};

/** Candidates for a type that is below everything: of one that nobody knows, what many types read. */
export function baseValues(
  name: string,
  modifier: number,
  place: FillPlace,
  hints: FillHints,
): readonly string[] {
  // Of the names of all objects only a type's name is looked up.
  const candidates = Object.hasOwn(BY_TYPE, name) ? BY_TYPE[name] : undefined;
  const row = String(place.row);
  return (
    candidates?.(place, hints, modifier) ?? [
      row,
      `a${row}`,
      '{}',
      `(${row},2)`,
      `[${row}]`,
      '',
      ...hints.texts,
    ]
  );
}

/** Texts as people write them, with letters beyond ASCII first, and then of the kinds that columns often hold. */
function plainTexts(place: FillPlace): readonly string[] {
  const row = String(place.row);
  const mark = digestOf(place).slice(0, 3);
  const letter = (shift: number): string =>
    String.fromCharCode(97 + ((numberOf(place, 20) + place.row + shift) % 26));
  return [
    `Zoë ${row} ${mark}`,
    `käse-${row}${mark}`,
    `word${row}${mark}`,
    `WORD${row}${mark.toUpperCase()}`,
    `zoe.${row}${mark}@example.org`,
    `https://example.org/${row}/${mark}`,
    String(1000 + 10 * numberOf(place, 90) + place.row),
    `${letter(0)}${letter(7)}`,
    `${letter(0)}${letter(7)}`.toUpperCase(),
    `${letter(0)}${letter(7)}${letter(11)}`.toUpperCase(),
    letter(0),
    letter(0).toUpperCase(),
    row,
    '',
  ];
}

/** Precision and scale in the modifier of numeric (numeric.c, `numeric_typmod_precision`, `numeric_typmod_scale`). */
function digitsOf(modifier: number): { readonly precision: number; readonly scale: number } {
  const packed = modifier - HEADER;
  return { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 };
}

function vectorOf(place: FillPlace, dimensions: number): string {
  const length = dimensions > 0 ? dimensions : 3;
  return `[${Array.from({ length }, (_, index) => String(((numberOf(place, 9) + index + place.row) % 9) + 0.5)).join(',')}]`;
}
