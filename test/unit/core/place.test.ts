import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoints, offsetOfCodePoint, placeAt, placeText, positionAt } from '../../../src/core/place.ts';

describe('positionAt', () => {
  it.each<[what: string, text: string, before: string, line: number, column: number]>([
    ['the start', 'select 1', '', 1, 1],
    ['the middle of the first line', 'select 1', 'select ', 1, 8],
    ['the end of the text', 'select 1', 'select 1', 1, 9],
    ['an empty text', '', '', 1, 1],
    ['after a line feed', 'a\nb', 'a\n', 2, 1],
    ['after CRLF', 'a\r\nb', 'a\r\n', 2, 1],
    ['the line feed of CRLF: still the line that it ends', 'a\r\nb', 'a\r', 1, 3],
    ['after a lone CR', 'a\rb', 'a\r', 2, 1],
    ['after a CR that ends the text', 'a\r', 'a\r', 2, 1],
    ['after all three kinds of line ends', 'a\nb\r\nc\rd', 'a\nb\r\nc\r', 4, 1],
    ['after empty lines', '\n\n\nx', '\n\n\n', 4, 1],
    ['after a letter of two bytes', 'größe x', 'größe ', 1, 7],
    ['after an astral character, which is one column', '-- 🎓 x', '-- 🎓 ', 1, 6],
    ['after the first and the last astral character', '\u{10000}\u{10FFFF}x', '\u{10000}\u{10FFFF}', 1, 3],
    ['after astral characters in an earlier line', '🎓🎓\n🎓x', '🎓🎓\n🎓', 2, 2],
    ['after a combining accent, which is a column of its own', 'e\u0301x', 'e\u0301', 1, 3],
    ['after U+2028, which ends no line of SQL', 'a\u2028b', 'a\u2028', 1, 3],
  ])('counts %s', (_, text, before, line, column) => {
    expect(positionAt(text, before.length)).toEqual({ line, column });
  });

  it('agrees with splitting the text into lines', () => {
    const texts = fc.string({
      unit: fc.constantFrom('a', '\n', '\r', '\r\n', '🎓', 'ß', ' '),
      maxLength: 30,
    });
    fc.assert(
      fc.property(texts, fc.nat({ max: 30 }), (text, points) => {
        const before = Array.from(text).slice(0, points).join('');
        // Between CR and LF no line has ended yet.
        fc.pre(!(before.endsWith('\r') && text.charAt(before.length) === '\n'));
        const lines = before.split(/\r\n|\r|\n/);
        const last = lines.at(-1) ?? '';
        expect(positionAt(text, before.length)).toEqual({
          line: lines.length,
          column: Array.from(last).length + 1,
        });
      }),
    );
  });
});

describe('offsetOfCodePoint', () => {
  it.each<[what: string, text: string, position: number, offset: number]>([
    ['the first character', 'select', 1, 0],
    ['a later one', 'select', 4, 3],
    ['one after an astral character', '🎓x', 2, 2],
    ['one after the first and the last astral character', '\u{10000}\u{10FFFF}x', 3, 4],
    ['the end', 'ab', 3, 2],
    ['the end after half a character', 'a\ud800', 3, 2],
    ['beyond the end: the end', 'ab', 9, 2],
    ['a CRLF counts as two', 'a\r\nb', 4, 3],
  ])('finds %s', (_, text, position, offset) => {
    expect(offsetOfCodePoint(text, position)).toBe(offset);
  });

  it('undoes counting code points', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'ß', '\n', '🎓', 'e\u0301'), maxLength: 30 }),
        fc.nat({ max: 20 }),
        (text, count) => {
          const before = Array.from(text).slice(0, count).join('');
          expect(offsetOfCodePoint(text, codePoints(text, 0, before.length) + 1)).toBe(before.length);
        },
      ),
    );
  });
});

describe('placeAt and placeText', () => {
  it('give the form that editors and terminals turn into a link', () => {
    expect(placeText(placeAt('migrations/0001-a.sql', 'create\n  tabel', 9))).toBe(
      'migrations/0001-a.sql:2:3',
    );
  });
});
