import { describe, expect, it } from 'vitest';
import { wholeLines, withoutEndMarker, withoutHead } from '../../../src/backends/seed/bytes.ts';
import { lineOfCopy } from '../../../src/backends/seed/refused.ts';

async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function textOf(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all).toString();
}

describe('a stream, in chunks of any size', () => {
  it('loses its head and nothing else', async () => {
    for (let size = 1; size < 12; size += 1) {
      expect(await textOf(withoutHead(chunks('0123456789', size), 4))).toBe('456789');
      expect(await textOf(withoutHead(chunks('0123', size), 0))).toBe('0123');
    }
  });

  it('comes in whole lines', async () => {
    for (let size = 1; size < 12; size += 1) {
      const pieces: string[] = [];
      for await (const piece of wholeLines(chunks('ab\ncd\n\nef', size))) pieces.push(piece.toString());
      expect(pieces.join('')).toBe('ab\ncd\n\nef');
      expect(pieces.slice(0, -1).every((piece) => piece.endsWith('\n'))).toBe(true);
    }
  });

  it.each([
    ['a,b\n1,2\n\\.\n3,4\n', 3],
    ['a,b\n1,2\n\\.', 3],
    ['a,b\r\n\\.\r\n3,4\r\n', 2],
    ['\\.\n', 1],
    ['a\n"x\n\\.\ny"\n', 3],
  ])('stops at what older servers take for the end of the data: %j', async (text, line) => {
    for (let size = 1; size <= text.length; size += 1) {
      const again = (): AsyncIterable<Uint8Array> => chunks(text, size);
      await expect(textOf(withoutEndMarker(again(), again))).rejects.toMatchObject({ rows: [{ line }] });
    }
  });

  it.each(['a,b\n1,\\.\n', 'a\nx\\.\n\\.y\n\\..\n', '\\', ''])(
    'passes where that stands beside a value: %j',
    async (text) => {
      for (let size = 1; size <= text.length + 1; size += 1) {
        const again = (): AsyncIterable<Uint8Array> => chunks(text, size);
        expect(await textOf(withoutEndMarker(again(), again))).toBe(text);
      }
    },
  );
});

describe('the context of COPY', () => {
  it.each([
    ['COPY items, line 3, column id: "x"', 3],
    ['COPY lms_db_stage, line 12: "a,b"', 12],
    ['COPY items2, Zeile 3, Spalte id: »x«', 3],
    ['SQL statement "select 1"\nPL/pgSQL function f() line 9 at RAISE\nCOPY items, line 4: "1,a"', 4],
    ['COPY "Odd, line 7", line 5, column a', 5],
  ])('has its line in any language: %s', (where, line) => expect(lineOfCopy(where)?.line).toBe(line));

  it('is missing from other errors', () => {
    expect(lineOfCopy('PL/pgSQL function f() line 9 at RAISE')).toBeUndefined();
    expect(lineOfCopy(undefined)).toBeUndefined();
  });
});
