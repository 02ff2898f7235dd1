import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identifier, literal, qualified } from '../../../src/backends/sql.ts';
import { splitStatements } from '../../../src/core/statements.ts';
import { identifierOf } from '../../../src/core/token-cursor.ts';
import { tokensOf } from '../../../src/core/tokens.ts';

describe('identifier', () => {
  it.each([
    ['courses', '"courses"'],
    ['Courses', '"Courses"'],
    ['select', '"select"'],
    ['a b', '"a b"'],
    ['a"b', '"a""b"'],
    ['"', '""""'],
    ['größe', '"größe"'],
    ['a; drop table b; --', '"a; drop table b; --"'],
  ])('quotes %s', (name, expected) => {
    expect(identifier(name)).toBe(expected);
  });

  it('is one token that means the name, whatever the name', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('a', 'B', '"', "'", ';', '\\', '$', '-', '\n', 'ß'),
          minLength: 1,
          maxLength: 20,
        }),
        (name) => {
          const quoted = identifier(name);
          expect(tokensOf(quoted)).toEqual([{ kind: 'quoted-identifier', start: 0, end: quoted.length }]);
          expect(identifierOf(quoted)).toBe(name);
        },
      ),
    );
  });
});

describe('literal', () => {
  it.each<[value: string | number | boolean | undefined, expected: string]>([
    [undefined, 'null'],
    ['', "''"],
    ['a', "'a'"],
    ["it's", "'it''s'"],
    ["'", "''''"],
    ['a\nb', "'a\nb'"],
    ['a\\b', " E'a\\\\b'"],
    ["a\\'b", " E'a\\\\''b'"],
    ['$1', "'$1'"],
    [0, '0'],
    [-1.5, '-1.5'],
    [true, 'true'],
    [false, 'false'],
  ])('writes %j as %s', (value, expected) => {
    expect(literal(value)).toBe(expected);
  });

  it('is one string that ends where it should, with standard_conforming_strings on and off', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', "'", '\\', ';', '-', '\n', '$', '🎓'),
      maxLength: 20,
    });
    fc.assert(
      fc.property(text, fc.boolean(), (value, standardConformingStrings) => {
        const script = `select${literal(value).replace(/^(?! )/, ' ')}; select 2`;
        const { statements, faults } = splitStatements(script, { standardConformingStrings });
        expect(faults).toEqual([]);
        expect(statements).toHaveLength(2);
      }),
    );
  });

  it('does not grow together with the word before it', () => {
    expect(tokensOf(`select${literal('\\')}`).map(({ kind }) => kind)).toEqual(['word', 'string']);
  });
});

describe('qualified', () => {
  it('quotes the schema too, where there is one', () => {
    expect(qualified({ name: 'A' })).toBe('"A"');
    expect(qualified({ schema: 's"', name: 't' })).toBe('"s"""."t"');
  });
});
