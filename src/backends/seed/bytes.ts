import { isUtf8 } from 'node:buffer';
import type { DataSeed } from '../../core/seed.ts';
import { CsvReader } from '../../core/seed-csv.ts';
import type { DataRecord } from '../../core/seed-csv.ts';
import { columnText, copyText, inColumnOrder } from '../../core/seed-copy-text.ts';
import type { ColumnKind } from '../../core/seed-copy-text.ts';
import { RowsRefusedError } from '../../core/seed-errors.ts';
import { JsonFault, parseMembers } from '../../core/seed-json.ts';

const LF = 10;
const CR = 13;
const BACKSLASH = 92;
const DOT = 46;

/** The stream without its first bytes: byte order mark and comment lines. */
export async function* withoutHead(
  chunks: AsyncIterable<Uint8Array>,
  bytes: number,
): AsyncGenerator<Uint8Array> {
  let left = bytes;
  for await (const chunk of chunks) {
    if (left >= chunk.length) {
      left -= chunk.length;
      continue;
    }
    yield left === 0 ? chunk : chunk.subarray(left);
    left = 0;
  }
}

/**
 * Up to PostgreSQL 17 a line with nothing but `\.` ends the data, even inside quotes, and what follows would be
 * dropped without a word (release notes of 18). Stops there instead; `again` opens the stream anew, to count lines.
 */
export async function* withoutEndMarker(
  chunks: AsyncIterable<Uint8Array>,
  again: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let tail = Buffer.from('\n');
  let offset = -1;
  for await (const chunk of chunks) {
    const joined = Buffer.concat([tail, chunk]);
    for (let at = joined.indexOf('\\.'); at !== -1; at = joined.indexOf('\\.', at + 1)) {
      // At the end of a chunk it is looked at again, with the next one behind it.
      if (at + 2 < joined.length && isLineEnd(joined[at - 1]) && isLineEnd(joined[at + 2])) {
        throw await endMarker(again(), offset + at);
      }
    }
    yield chunk;
    offset += joined.length - 3;
    tail = Buffer.from(joined.subarray(-3));
    if (joined.length < 3) offset = -1;
  }
  if (tail.length === 3 && isLineEnd(tail[0]) && tail[1] === BACKSLASH && tail[2] === DOT) {
    throw await endMarker(again(), offset + 1);
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LF || byte === CR;
}

async function endMarker(chunks: AsyncIterable<Uint8Array>, offset: number): Promise<RowsRefusedError> {
  let line = 1;
  let left = offset;
  for await (const chunk of chunks) {
    const part = chunk.subarray(0, left);
    for (let at = part.indexOf(LF); at !== -1; at = part.indexOf(LF, at + 1)) line += 1;
    left -= part.length;
    if (left <= 0) break;
  }
  const message =
    'a line with nothing but \\. ends the data for this server: write it in quotes, or use PostgreSQL 18';
  return new RowsRefusedError([{ line, message }]);
}

/** Pieces of the stream that end with a line end, but for the last. */
export async function* wholeLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let parts: Uint8Array[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(LF);
    if (end === -1) {
      parts.push(chunk);
      continue;
    }
    yield Buffer.concat([...parts, chunk.subarray(0, end + 1)]);
    parts = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
  }
  if (parts.length > 0) yield Buffer.concat(parts);
}

/** The rows of a file one after another, with the faults that need no server. */
export async function* recordsOf(
  seed: DataSeed,
  kinds: readonly ColumnKind[],
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<DataRecord> {
  const body = withoutHead(chunks, seed.skippedBytes);
  const records = seed.format === 'csv' ? csvRecords(seed, body) : jsonRecords(seed, kinds, body);
  for await (const record of records) yield record;
}

async function* csvRecords(seed: DataSeed, body: AsyncIterable<Uint8Array>): AsyncGenerator<DataRecord> {
  const reader = new CsvReader(seed.dialect, seed.skippedLines + 1);
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  let header = true;
  const check = function* (records: Iterable<DataRecord>, valid: boolean): Generator<DataRecord> {
    for (const record of records) {
      if (header) header = false;
      else yield checked(record, seed.columns, valid);
    }
  };
  for await (const piece of wholeLines(body)) {
    const valid = isUtf8(piece);
    yield* check(reader.read(decoder.decode(piece), false), valid);
  }
  yield* check(reader.read('', true), true);
}

function checked(record: DataRecord, columns: readonly string[], valid: boolean): DataRecord {
  const { fields } = record;
  if (record.fault !== undefined) return record;
  if (fields.length < columns.length) {
    return { ...record, fault: { message: `missing data for column "${columns[fields.length] ?? ''}"` } };
  }
  if (fields.length > columns.length)
    return { ...record, fault: { message: 'extra data after last expected column' } };
  if (valid) return record;
  // Decoding put this character where bytes were none; one that the file really holds is rare, and no harm here.
  const wrong = fields.findIndex((field) => field?.includes('\ufffd') === true);
  if (wrong === -1) return record;
  return {
    ...record,
    fault: { message: 'invalid byte sequence for encoding "UTF8"', column: columns[wrong] },
  };
}

async function* jsonRecords(
  seed: DataSeed,
  kinds: readonly ColumnKind[],
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<DataRecord> {
  let line = seed.skippedLines;
  for await (const piece of wholeLines(body)) {
    const valid = isUtf8(piece);
    const text = piece.toString('utf8');
    for (let at = 0; at < text.length;) {
      const newline = text.indexOf('\n', at);
      const end = newline === -1 ? text.length : newline;
      line += 1;
      const source = text.slice(at, end);
      at = end + 1;
      if (source.trim() === '') continue;
      if (!valid && source.includes('\ufffd')) {
        yield refused(line, 'invalid byte sequence for encoding "UTF8"');
        continue;
      }
      yield jsonRecord(source, line, seed.columns, kinds);
    }
  }
}

function jsonRecord(
  source: string,
  line: number,
  columns: readonly string[],
  kinds: readonly ColumnKind[],
): DataRecord {
  try {
    const values = inColumnOrder(parseMembers(source), columns);
    const fields = values.map((value, index) => columnText(value, kinds[index] ?? 'plain'));
    return { line, endLine: line, fields };
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return refused(
      line,
      error.offset === 0 ? error.message : `${error.message} (character ${error.offset + 1})`,
    );
  }
}

function refused(line: number, message: string): DataRecord {
  return { line, endLine: line, fields: [], fault: { message } };
}

/** Rows as the text format of COPY, about a chunk at a time. Throws RowsRefusedError at the first that is none. */
export async function* copyLines(
  records: AsyncIterable<DataRecord>,
  numbered: boolean,
): AsyncGenerator<Buffer> {
  let text = '';
  for await (const record of records) {
    if (record.fault !== undefined) {
      throw new RowsRefusedError([{ line: record.line, ...record.fault }]);
    }
    const number = numbered ? `${record.line}\t` : '';
    text += `${number}${record.fields.map(copyText).join('\t')}\n`;
    if (text.length >= 512 * 1024) {
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}
