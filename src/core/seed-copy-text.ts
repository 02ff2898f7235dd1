import { JsonFault, parseElements, unquote } from './seed-json.ts';
import type { JsonValue } from './seed-json.ts';

/** How a JSON value becomes the text of a column: as it is, as an array literal, or as JSON again. */
export type ColumnKind = 'plain' | 'array' | 'json' | 'json-array';

const SPECIAL = /[\\\n\r\t]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A value in the text format of COPY (https://www.postgresql.org/docs/current/sql-copy.html, text format). */
export function copyText(value: string | undefined): string {
  if (value === undefined) return '\\N';
  return SPECIAL.test(value) ? value.replace(/[\\\n\r\t]/g, (character) => ESCAPES[character] ?? '') : value;
}

/** The input text of a column for a JSON value; undefined for NULL. Throws JsonFault. */
export function columnText(value: JsonValue, kind: ColumnKind): string | undefined {
  if (value.kind === 'null') return undefined;
  if (kind === 'json') return value.raw;
  if (value.kind === 'string') return unquote(value.raw);
  if (value.kind === 'array' && kind !== 'plain') return arrayLiteral(value, kind === 'json-array');
  return value.raw;
}

/** `{a,"b c",NULL}` (manual, section 8.15.2). In an array of JSON every element is JSON again. */
function arrayLiteral(array: JsonValue, ofJson: boolean): string {
  const elements = parseElements(array.raw).map((element) => {
    if (element.kind === 'null') return 'NULL';
    if (ofJson) return quoted(element.raw);
    if (element.kind === 'array') return arrayLiteral(element, ofJson);
    if (element.kind === 'string') return quoted(unquote(element.raw));
    return element.kind === 'object' ? quoted(element.raw) : element.raw;
  });
  return `{${elements.join(',')}}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, (character) => `\\${character}`)}"`;
}

/** The values of an object in the order of the columns. Throws JsonFault where a key is missing or too many. */
export function inColumnOrder(
  members: { readonly keys: readonly string[]; readonly values: readonly JsonValue[] },
  columns: readonly string[],
): readonly JsonValue[] {
  const { keys, values } = members;
  // Files are written by programs: nearly always every line has the order of the first.
  if (keys.length === columns.length && keys.every((key, index) => key === columns[index])) return values;
  const extra = keys.find((key) => !columns.includes(key));
  if (extra !== undefined) {
    throw new JsonFault(`the key "${extra}" is not in the first object; every line has the same keys`, 0);
  }
  return columns.map((column) => {
    const value = values[keys.indexOf(column)];
    if (value !== undefined) return value;
    throw new JsonFault(`the key "${column}" is missing; every line has the same keys: write null`, 0);
  });
}
