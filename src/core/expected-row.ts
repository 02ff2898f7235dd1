import type { Expectation } from './migration.ts';
import type { Parsed } from './parsed.ts';

const HINT = "write a row as (42, 26, 'a text, quoted where it has a comma', null)";

/** Reads `(42, true, 'a, b', null)`: one row, value by value. Quotes are doubled inside quotes, as in SQL. */
export function parseExpectedRow(text: string): Parsed<Expectation> {
  const values: (string | null)[] = [];
  let rest = text.slice(1).trimStart();
  if (rest.startsWith(')')) return { problem: `"${text}" is a row without a value`, hint: HINT };
  for (;;) {
    const quoted = /^'((?:[^']|'')*)'\s*/.exec(rest);
    const plain = /^([^',()]*[^',()\s])\s*/.exec(rest);
    const match = quoted ?? plain;
    if (match === null)
      return { problem: `"${text}" is not a row: a value is missing or not quoted`, hint: HINT };
    const [whole, value = ''] = match;
    values.push(quoted !== null ? value.replaceAll("''", "'") : /^null$/i.test(value) ? null : value);
    rest = rest.slice(whole.length);
    if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
    else if (rest === ')') return { value: { kind: 'row', values } };
    else
      return {
        problem: `"${text}" is not a row: ${rest === '' ? 'its ")" is missing' : `"${rest}" stands where a comma or the closing ")" is expected`}`,
        hint: HINT,
      };
  }
}

/** A row in the words of the format. */
export function rowText(values: readonly (string | null)[]): string {
  return `(${values
    .map((value) => {
      if (value === null) return 'null';
      return /^$|^null$|[',()]|^\s|\s$/i.test(value) ? `'${value.replaceAll("'", "''")}'` : value;
    })
    .join(', ')})`;
}
