import { cut } from './words.ts';
import { displayWidth, padded } from './width.ts';

/** The longest a cell is shown. */
const WIDEST = 40;

/** Rows as an aligned table with a head: the offenders of a check. */
export function table(rows: readonly Readonly<Record<string, unknown>>[]): readonly string[] {
  const [first] = rows;
  if (first === undefined) return [];
  const columns = Object.keys(first);
  const cells = [columns, ...rows.map((row) => columns.map((column) => cell(row[column])))];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => displayWidth(line[index] ?? ''))));
  return cells.map((line) =>
    line
      .map((text, index) => padded(text, widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function cell(value: unknown): string {
  return cut(cellText(value).replace(/\s+/g, ' '), WIDEST);
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'string' ? value : JSON.stringify(value);
}
