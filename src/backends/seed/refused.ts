import { ServerError } from '../../core/errors.ts';
import type { BadRow, DataSeed } from '../../core/seed.ts';
import { RowsRefusedError } from '../../core/seed-errors.ts';
import type { SeedSource } from '../../core/seed-ports.ts';
import { recordsOf, wholeLines } from './bytes.ts';

/** How much of a row is shown. */
const LONGEST_TEXT = 160;

/**
 * The context that COPY gives its errors, `COPY users, line 3, column email: "…"`, in whatever language the
 * server speaks: the name of the table, a word and the number of the line.
 */
export function lineOfCopy(
  where: string | undefined,
): { readonly line: number; readonly rest: string } | undefined {
  const match = /^\s*COPY (?:"(?:[^"]|"")*"|[^,]*), \D*(\d+)(.*)/m.exec(where ?? '');
  return match === null ? undefined : { line: Number(match[1]), rest: match[2] ?? '' };
}

/** An error of COPY as the row of the file that it is about; any other error as it is. */
export async function refusedByCopy(error: unknown, seed: DataSeed, source: SeedSource): Promise<unknown> {
  if (error instanceof RowsRefusedError) {
    return new RowsRefusedError(await withText(source, error.rows), error);
  }
  if (!(error instanceof ServerError)) return error;
  const context = lineOfCopy(error.facts.where);
  if (context === undefined) return error;
  const { sqlstate, message, detail } = error.facts;
  const line = await lineInFile(seed, source, context.line);
  const column = error.facts.column ?? columnIn(context.rest, seed.columns);
  return new RowsRefusedError(await withText(source, [{ line, column, sqlstate, message, detail }]), error);
}

function columnIn(rest: string, columns: readonly string[]): string | undefined {
  // `, column email: "…"`: the name stands before the first colon, the value after it.
  const words = rest.split(/: |:$/)[0] ?? '';
  return columns.find((column) => words.endsWith(` ${column}`) || words.endsWith(`"${column}"`));
}

/** COPY counts what it was sent, up to the end of the row; a person looks for its start in the file. */
async function lineInFile(seed: DataSeed, source: SeedSource, counted: number): Promise<number> {
  let row = 0;
  const last = counted + seed.skippedLines;
  for await (const record of recordsOf(seed, [], source.stream())) {
    row += 1;
    if (seed.format === 'csv' ? record.endLine >= last : row === counted) return record.line;
  }
  return seed.format === 'csv' ? last : 0;
}

/** The rows with what stands in their lines. */
export async function withText(source: SeedSource, rows: readonly BadRow[]): Promise<readonly BadRow[]> {
  const wanted = new Map(rows.filter(({ line }) => line > 0).map(({ line }) => [line, '']));
  let line = 1;
  let left = wanted.size;
  for await (const piece of wholeLines(source.stream())) {
    if (left === 0) break;
    for (let at = 0; at < piece.length && left > 0; line += 1) {
      const newline = piece.indexOf(10, at);
      const end = newline === -1 ? piece.length : newline;
      if (wanted.has(line)) {
        wanted.set(line, shown(piece.subarray(at, end)));
        left -= 1;
      }
      at = end + 1;
    }
  }
  return rows.map((row) => ({ ...row, text: wanted.get(row.line) }));
}

function shown(bytes: Buffer): string {
  const text = bytes
    .subarray(0, LONGEST_TEXT * 4)
    .toString('utf8')
    .replace(/\r$/, '');
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
