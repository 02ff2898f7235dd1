import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CsvReader } from '../../../src/core/seed-csv.ts';
import { columnText, copyText } from '../../../src/core/seed-copy-text.ts';
import type { ColumnKind } from '../../../src/core/seed-copy-text.ts';
import { readDataHead } from '../../../src/core/seed-head.ts';
import { parseMembers } from '../../../src/core/seed-json.ts';
import { parseSeedName, parseTable, tableOfDescription } from '../../../src/core/seed-name.ts';
import { orderThatWorks } from '../../../src/core/seed-order.ts';

const DIALECT = { delimiter: ',', quote: '"', nullMarker: '' };

describe('the name of a seed', () => {
  it.each([
    ['010-permissions.csv', { order: '010', description: 'permissions', format: 'csv' }],
    ['7_app.users.ndjson', { order: '7', description: 'app.users', format: 'ndjson' }],
    ['20-Odd name.sql', { order: '20', description: 'Odd name', format: 'sql' }],
    ['100-lessons.ts', { order: '100', description: 'lessons', format: 'ts' }],
  ])('%s has its parts', (name, value) => expect(parseSeedName(name).value).toEqual(value));

  it.each([
    ['permissions.csv', 'has no number in front'],
    ['010.csv', 'has no description after its number'],
    ['010permissions.csv', 'has no description after its number'],
  ])('%s is refused', (name, problem) => expect(parseSeedName(name).problem).toBe(problem));

  it.each([
    ['permissions', { name: 'permissions' }],
    ['app.permissions', { schema: 'app', name: 'permissions' }],
    ['Users', { name: 'Users' }],
  ])('%s names a table', (text, table) => expect(tableOfDescription(text)).toEqual(table));

  it.each([
    ['Permissions', { name: 'permissions' }],
    ['app . "Odd.Name"', { schema: 'app', name: 'Odd.Name' }],
    ['"a""b"', { name: 'a"b' }],
    ['a.b.c', undefined],
    ['1a', undefined],
    ['', undefined],
  ])('%s after @table', (text, table) => expect(parseTable(text)).toEqual(table));
});

describe('the head of a data file', () => {
  const csv = (text: string, complete = true): ReturnType<typeof readDataHead> =>
    readDataHead({ path: 'x.csv', format: 'csv', bytes: Buffer.from(text), complete });

  it('is the comment lines and the header, with the bytes before it', () => {
    expect(
      csv(
        '\ufeff# remark\r\n#@key  a, "B c"\n\n# @table: app.t\n# @null \\N\n# @delimiter ;\na;"B c"\n1;2\n',
      ),
    ).toEqual({
      key: ['a', 'B c'],
      table: { schema: 'app', name: 't' },
      dialect: { delimiter: ';', quote: '"', nullMarker: '\\N' },
      columns: ['a', 'B c'],
      skippedBytes: 72,
      skippedLines: 6,
      faults: [],
    });
  });

  it.each(['# @key a', '# @key a\n', '# @key a\na,"b'])(
    'is undefined where the bytes end before it: %j',
    (text) => {
      expect(csv(text, false)).toBeUndefined();
    },
  );

  it.each([
    ['', 'x.csv has no header'],
    ['# only a remark', 'x.csv has no header'],
    ['a,,c\n', 'column 2 of the header has no name'],
    ['a,b,a\n', 'the header names "a" twice'],
    ['a\tb\n', 'the header has one column, "a b"'],
    ['# @kye a\na\n', 'unknown directive @kye'],
    ['# @key a\n# @key b\na,b\n', '@key stands twice'],
    ['# @key a,,b\na,b\n', '@key takes columns, not ""'],
    ['# @key a, a\na,b\n', '@key names "a" twice'],
    ['# @delimiter abc\na\n', '@delimiter takes one character, not "abc"'],
    ['# @delimiter x\na\n', '@delimiter takes one character, not "x"'],
    ['# @quote ,\na\n', '"," cannot be both delimiter and quote'],
    ['# @null a,b\na\n', 'the null marker must not contain ","'],
    ['# @null\na\n', '@null says nothing'],
    ['# @table a.b.c\na\n', '@table takes a table, not "a.b.c"'],
    ['\u00ff\u00fe', 'the file is UTF-16, and lms-db reads UTF-8'],
  ])('has a fault: %j', (text, message) => {
    const bytes = text.startsWith('\u00ff') ? Buffer.from([0xff, 0xfe]) : Buffer.from(text);
    const head = readDataHead({ path: 'x.csv', format: 'csv', bytes, complete: true });
    expect(head?.faults.map((fault) => fault.message)).toEqual([message]);
  });

  it('of JSON is its first object', () => {
    const head = readDataHead({
      path: 'x.ndjson',
      format: 'ndjson',
      bytes: Buffer.from('# @key id\n{"id": 1, "a\\u0062": {"c": [1, "}"]}}\n'),
      complete: true,
    });
    expect(head).toMatchObject({ key: ['id'], columns: ['id', 'ab'], skippedLines: 1, faults: [] });
    for (const [text, message] of [
      ['{}', 'the first object has no key'],
      ['', 'x.ndjson has no object'],
      ['[1]', 'a line is one JSON object, and here is "["'],
      ['# @null x\n{"a":1}', '@null does not belong in a file of JSON'],
    ] as const) {
      const bad = readDataHead({
        path: 'x.ndjson',
        format: 'ndjson',
        bytes: Buffer.from(text),
        complete: true,
      });
      expect(bad?.faults.map((fault) => fault.message)).toEqual([message]);
    }
  });
});

describe('CSV', () => {
  function all(text: string, cut: number, dialect = DIALECT): unknown[] {
    const reader = new CsvReader(dialect, 1);
    const records: unknown[] = [];
    for (let at = 0; at < text.length; at += cut)
      records.push(...reader.read(text.slice(at, at + cut), false));
    return [...records, ...reader.read('', true)];
  }

  it.each([
    ['a,b\n', [['a', 'b']]],
    ['a,b', [['a', 'b']]],
    [',""\n', [[undefined, '']]],
    ['"a,b","c""d"\n', [['a,b', 'c"d']]],
    ['x"y,z"w\n', [['xy,zw']]],
    [
      '"a\nb",c\r\nd,"e\r\nf"\rg,h\n',
      [
        ['a\nb', 'c'],
        ['d', 'e\r\nf'],
        ['g', 'h'],
      ],
    ],
  ])('%j is read, in pieces of any size', (text, fields) => {
    for (let cut = 1; cut <= text.length; cut += 1) {
      expect(all(text, cut).map((record) => (record as { fields: unknown }).fields)).toEqual(fields);
    }
  });

  it('has its lines counted through values with line ends', () => {
    expect(all('a\n"b\nc\nd"\ne\n', 3)).toMatchObject([
      { line: 1, endLine: 1 },
      { line: 2, endLine: 4 },
      { line: 5, endLine: 5 },
    ]);
  });

  it('gives back whatever was written', () => {
    const value = fc.oneof(
      fc.constant(undefined),
      fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '😀') }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { minLength: 2, maxLength: 3 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 9 }),
        (rows, cut) => {
          const text = rows
            .map(
              (row) =>
                `${row.map((each) => (each === undefined ? '' : `"${each.replaceAll('"', '""')}"`)).join(',')}\n`,
            )
            .join('');
          expect(all(text, cut).map((record) => (record as { fields: unknown }).fields)).toEqual(rows);
        },
      ),
    );
  });
});

describe('JSON', () => {
  it('gives back every object that JSON.stringify wrote', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const { keys, values } = parseMembers(JSON.stringify(object));
        const read = Object.fromEntries(
          keys.map((key, index) => [key, JSON.parse(values[index]?.raw ?? '') as unknown]),
        );
        expect(read).toEqual(JSON.parse(JSON.stringify(object)));
      }),
    );
  });

  it.each([
    ['{"a":1', 'a comma or } comes here, not the end of the line'],
    ['{"a" 1}', 'a colon comes here, not "1"'],
    ['{a:1}', 'a key in double quotes comes here, not "a"'],
    ['{"a":01}', 'a comma or } comes here, not "1"'],
    ['{"a":"x}', 'this string has no closing quote on its line'],
    ['{"a":[1', 'this [ is never closed on its line'],
    ['{"a":1}}', 'a line is one JSON object; behind it is "}"'],
    ['{"a":1,"a":2}', 'the key "a" stands twice'],
    ['{"a":NaN}', 'a value comes here, not "N"'],
  ])('%s is refused', (text, message) => expect(() => parseMembers(text)).toThrow(message));

  it.each<[string, ColumnKind, string | undefined]>([
    ['null', 'json', undefined],
    ['"x\\ny"', 'plain', 'x\ny'],
    ['"x"', 'json', '"x"'],
    ['1.10', 'plain', '1.10'],
    ['[1, [2], "a b", null, "q\\"\\\\"]', 'array', '{1,{2},"a b",NULL,"q\\"\\\\"}'],
    ['"{1,2}"', 'array', '{1,2}'],
    ['[{"a": 1}, "s", null]', 'json-array', '{"{\\"a\\": 1}","\\"s\\"",NULL}'],
    ['{"a": [1]}', 'json', '{"a": [1]}'],
    ['[]', 'array', '{}'],
  ])('%s in a column that is %s', (raw, kind, text) => {
    const [value] = parseMembers(`{"v": ${raw}}`).values;
    expect(columnText(value!, kind)).toBe(text);
  });

  it('is escaped for COPY', () => {
    expect([undefined, '\\N', 'a\tb\nc\rd', 'plain'].map(copyText)).toEqual([
      '\\N',
      '\\\\N',
      'a\\tb\\nc\\rd',
      'plain',
    ]);
  });
});

describe('an order that works', () => {
  const files = (...names: string[]): { name: string; tables: string[] }[] =>
    names.map((name) => ({ name, tables: [name] }));

  it('moves as little as can be', () => {
    const references = [
      { child: 'b', parent: 'd' },
      { child: 'd', parent: 'd' },
    ];
    expect(orderThatWorks(files('a', 'b', 'c', 'd', 'e'), references)).toEqual(['a', 'c', 'd', 'b', 'e']);
  });

  it('is none in a circle', () => {
    const references = [
      { child: 'a', parent: 'b' },
      { child: 'b', parent: 'a' },
    ];
    expect(orderThatWorks(files('a', 'b'), references)).toBeUndefined();
  });
});
