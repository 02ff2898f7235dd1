import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { positionAt } from '../../../src/core/place.ts';
import { decodeScript } from '../../../src/core/script-faults.ts';
import { copyClient, splitStatements, statementText } from '../../../src/core/statements.ts';

const fixtures = new URL('../../fixtures/sql/', import.meta.url);

function split(text: string): readonly string[] {
  return splitStatements(text).statements.map((statement) => statementText(text, statement));
}

/** What the golden files hold: line:column and text of everything that was found. */
function golden(text: string): object {
  const { statements, faults, metaCommands, tail } = splitStatements(text);
  const at = (offset: number): string => {
    const { line, column } = positionAt(text, offset);
    return `${line}:${column}`;
  };
  return {
    statements: statements.map((statement) => ({
      at: at(statement.start),
      text: statementText(text, statement),
    })),
    faults: faults.map(({ offset, construct, opening }) => ({ at: at(offset), construct, opening })),
    metaCommands: metaCommands.map(({ start, end }) => ({ at: at(start), text: text.slice(start, end) })),
    tail: text.slice(tail),
  };
}

describe('splitStatements', () => {
  const files = readdirSync(fixtures).filter((name) => name.endsWith('.sql'));

  it('has its golden files', () => {
    expect(files.length).toBeGreaterThanOrEqual(15);
  });

  it.each(files)('cuts %s as its golden file says', (name) => {
    const decoded = decodeScript(name, readFileSync(new URL(name, fixtures)));
    if (decoded.fault !== undefined) throw new Error(decoded.fault.message);
    const expected: unknown = JSON.parse(
      readFileSync(new URL(name.replace('.sql', '.json'), fixtures), 'utf8'),
    );
    expect(golden(decoded.text)).toEqual(expected);
  });

  it('keeps the bytes that the golden files are about', () => {
    expect([...readFileSync(new URL('bom.sql', fixtures)).subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(readFileSync(new URL('crlf.sql', fixtures), 'utf8').split('\r\n')).toHaveLength(9);
  });

  it.each<[text: string, statements: readonly string[]]>([
    ['', []],
    [' -- only a comment', []],
    [';;', []],
    ['a;b', ['a', 'b']],
    ['a -- b', ['a']],
    ['a; /* b', ['a']],
    ['(a;b', ['(a;b']],
    ['a);b', ['a)', 'b']],
    ['begin; end; select 1', ['begin', 'end', 'select 1']],
    ['create procedure p() as begin; atomic;', ['create procedure p() as begin', 'atomic']],
    ['create table begin atomic; a; end', ['create table begin atomic', 'a', 'end']],
    ['select 1 \\gx\nselect 2', ['select 1 \\gx', 'select 2']],
    ['select 1 \\echo a;b\n+ 2; c', ['select 1 \\echo a;b\n+ 2', 'c']],
    ['copy t from stdin;\n1\n\\.x\n\\.\r\na', ['copy t from stdin', 'a']],
    ['copy t from stdin;\n\\.', ['copy t from stdin']],
    ['copy t from stdin;\na;b', ['copy t from stdin', 'a', 'b']],
    ['copying t from stdin;\na\n\\.\n', ['copying t from stdin', 'a\n\\.']],
  ])('cuts %j', (text, statements) => {
    expect(split(text)).toEqual(statements);
  });

  it('gives each statement its piece, comments before it included, and the rest to the tail', () => {
    const text = '-- one\nselect 1 ; -- two\n;select 2;\n-- end\n';
    const { statements, tail } = splitStatements(text);
    expect(statements).toEqual([
      { ordinal: 1, offset: 0, start: 7, textEnd: 15, end: 17, standardConformingStrings: true },
      { ordinal: 2, offset: 17, start: 26, textEnd: 34, end: 35, standardConformingStrings: true },
    ]);
    expect(text.slice(tail)).toBe('\n-- end\n');
  });

  it('follows standard_conforming_strings through a file', () => {
    const text = `set standard_conforming_strings = 'OFF'; select '\\'; ', 'b'; set standard_conforming_strings to default; select '\\'`;
    const { statements, firstBackslashString } = splitStatements(text);
    expect(statements.map((statement) => statement.standardConformingStrings)).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(firstBackslashString).toBe(text.indexOf("'\\"));
  });

  it('starts with the setting that it is told, and comes back to it', () => {
    const text = `select '\\''; set standard_conforming_strings = on; select '\\'; reset standard_conforming_strings; select '\\''`;
    expect(splitStatements(text, { standardConformingStrings: false }).statements).toHaveLength(5);
    expect(splitStatements(text).statements).not.toHaveLength(5);
  });

  it.each<[sql: string, client: string | undefined]>([
    ['COPY t FROM STDIN', 'stdin'],
    ['copy /* from */ "from" (a, "to") from -- x\n stdin with (format csv)', 'stdin'],
    ['COPY BINARY t FROM STDOUT', 'stdin'],
    ['COPY t TO STDOUT', 'stdout'],
    ['COPY (SELECT 1 FROM stdin) TO stdout', 'stdout'],
    ["COPY t FROM '/tmp/stdin'", undefined],
    ["COPY t FROM PROGRAM 'cat'", undefined],
    ['SELECT 1 FROM stdin', undefined],
    ['COPY', undefined],
  ])('knows whose data %j moves', (sql, client) => {
    const [statement] = splitStatements(sql).statements;
    expect(copyClient(sql, statement!)).toBe(client);
  });
});

const FRAGMENTS = [
  ...[
    "'",
    "''",
    '"',
    '""',
    '$$',
    '$a$',
    '$',
    '$1',
    ';',
    ';;',
    '(',
    ')',
    '/*',
    '*/',
    '--',
    '\n',
    '\r\n',
    '\r',
    '\t',
    ' ',
  ],
  ...[
    '\\',
    '\\.',
    '\n\\.\n',
    '\\g',
    "E'",
    "U&'",
    'U&"',
    "B'",
    "N'",
    '::',
    ':=',
    '+-',
    '*',
    '.',
    '..',
    '1',
    '1e',
    '0x',
  ],
  ...[
    'create',
    'or replace',
    'function',
    'procedure',
    'begin',
    'atomic',
    'end',
    'case',
    'copy',
    't',
    'from',
    'stdin',
  ],
  ...[
    'set',
    'standard_conforming_strings',
    '=',
    'off',
    'on',
    'reset',
    'é',
    '😀',
    '\ud83d',
    '\ude00',
    '\0',
    '\ufeff',
    '\u00a0',
  ],
];
const nasty = fc
  .array(fc.tuple(fc.constantFrom(...FRAGMENTS), fc.constantFrom('', '', ' ', '\n')), { maxLength: 40 })
  .map((parts) => parts.flat().join(''));
const anything = fc.oneof(nasty, fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), fc.string());

describe('any text', () => {
  it('is its pieces and its tail, joined', () => {
    fc.assert(
      fc.property(anything, fc.boolean(), (text, standardConformingStrings) => {
        const { statements, tail } = splitStatements(text, { standardConformingStrings });
        const pieces = statements.map(({ offset, end }) => text.slice(offset, end));
        expect(pieces.join('') + text.slice(tail)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives offsets in order, and ordinals without a gap', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { statements, faults, tail } = splitStatements(text);
        let at = 0;
        for (const [index, { ordinal, offset, start, textEnd, end }] of statements.entries()) {
          expect(ordinal).toBe(index + 1);
          expect(offset).toBe(at);
          expect([offset, start, textEnd, end]).toEqual([offset, start, textEnd, end].sort((a, b) => a - b));
          expect(textEnd).toBeGreaterThan(start);
          at = end;
        }
        expect(tail).toBe(at);
        for (const fault of faults)
          expect(text.startsWith(fault.opening.slice(0, 1), fault.offset) || fault.construct === 'body').toBe(
            true,
          );
      }),
      { numRuns: 2000 },
    );
  });

  it('is cut the same when a statement is cut again alone', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const { statements, metaCommands } = splitStatements(text);
        fc.pre(metaCommands.length === 0);
        for (const statement of statements) {
          const alone = statementText(text, statement);
          expect(splitStatements(alone + '\n;', statement).statements).toHaveLength(1);
        }
      }),
      { numRuns: 500 },
    );
  });
});
