import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scanner, tokensOf } from '../../../src/core/tokens.ts';
import type { LexicalOptions } from '../../../src/core/tokens.ts';

/** The tokens as `kind text`. */
function read(text: string, options?: LexicalOptions): readonly string[] {
  return tokensOf(text, options).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);
}

function faultsOf(text: string, options?: LexicalOptions): readonly object[] {
  const scanner = new Scanner(text, options);
  while (scanner.next());
  return scanner.faults;
}

describe('tokens', () => {
  it.each<[what: string, text: string, tokens: readonly string[]]>([
    ['nothing', '', []],
    ['white space of every kind', ' \t\r\n\f\v', []],
    ['a line comment up to LF', '-- a; b\nc', ['word c']],
    ['a line comment up to CR', '-- a; b\rc', ['word c']],
    ['nested block comments', '/* a /* b */ c */ d', ['word d']],
    ['a comment that starts with /*/', '/*/ a */ b', ['word b']],
    ['a comment of stars', '/****/ a /***/', ['word a']],
    [
      'words in any script',
      'a école имя _1 名 a1',
      'a école имя _1 名 a1'.split(' ').map((word) => `word ${word}`),
    ],
    ['a no-break space, which is a character of a word', 'a\u00a0b', ['word a\u00a0b']],
    ['dollars inside a word', 'a$1$ b$$', ['word a$1$', 'word b$$']],
    ['a plain string', `'it''s \\' x`, [`string 'it''s \\'`, 'word x']],
    ['an escape string', `E'it\\'s' e'\\\\'`, [`string E'it\\'s'`, `string e'\\\\'`]],
    ['a word that ends in e before a string', `typee'a\\'`, ['word typee', `string 'a\\'`]],
    [
      'strings with a prefix',
      `B'01' x'1F' N'a' U&'\\0041'`,
      [`string B'01'`, `string x'1F'`, `string N'a'`, `string U&'\\0041'`],
    ],
    [
      'U and & apart',
      `U & 'a' u&b`,
      ['word U', 'operator &', `string 'a'`, 'word u', 'operator &', 'word b'],
    ],
    [
      'quoted identifiers',
      `"a ""b""" U&"\\0041"`,
      [`quoted-identifier "a ""b"""`, `quoted-identifier U&"\\0041"`],
    ],
    [
      'dollar quotes',
      '$$a$b$ $$ $b$ $$ $c$ $b$',
      ['dollar-string $$a$b$ $$', 'dollar-string $b$ $$ $c$ $b$'],
    ],
    ['a tag beyond ASCII', '$тег1$;$тег1$', ['dollar-string $тег1$;$тег1$']],
    ['a dollar quote after a number', '1$$;$$', ['number 1', 'dollar-string $$;$$']],
    ['a dollar sign alone', '$ $a b', ['other $', 'other $', 'word a', 'word b']],
    ['parameters', '$1 $23,$4', ['parameter $1', 'parameter $23', 'punctuation ,', 'parameter $4']],
    [
      'numbers',
      '1 1_000 1.5 .5 1. 1e3 1.5E-3 0x1F 0b01 0o17',
      [...'1 1_000 1.5 .5 1. 1e3 1.5E-3 0x1F 0b01 0o17'.split(' ').map((number) => `number ${number}`)],
    ],
    ['a range of numbers', '1..10', ['number 1', 'operator ..', 'number 10']],
    ['an e without digits', '1e x', ['number 1', 'word e', 'word x']],
    [
      'punctuation',
      '();[],a.b',
      [
        'punctuation (',
        'punctuation )',
        'punctuation ;',
        'punctuation [',
        'punctuation ]',
        'punctuation ,',
        'word a',
        'punctuation .',
        'word b',
      ],
    ],
    [
      'operators as long as possible',
      'a->>b <= c',
      ['word a', 'operator ->>', 'word b', 'operator <=', 'word c'],
    ],
    [
      'a sign after an operator',
      '=-1 @-1 <+-2',
      [
        'operator =',
        'operator -',
        'number 1',
        'operator @-',
        'number 1',
        'operator <',
        'operator +',
        'operator -',
        'number 2',
      ],
    ],
    [
      'a comment inside a run of operators',
      '1 +-- a\n2 *//* b */3',
      ['number 1', 'operator +', 'number 2', 'operator */', 'number 3'],
    ],
    ['colons', 'a::b := :c', ['word a', 'operator ::', 'word b', 'operator :=', 'operator :', 'word c']],
    ['a psql command up to the line end', '\\echo a;b -- c\r\nd', ['meta-command \\echo a;b -- c', 'word d']],
    ['characters that start no token', '{ } \u0001', ['other {', 'other }', 'other \u0001']],
    ['emoji', `'😀' 😀 "😀"`, [`string '😀'`, 'word 😀', 'quoted-identifier "😀"']],
  ])('reads %s', (_, text, tokens) => {
    expect(read(text)).toEqual(tokens);
    expect(faultsOf(text)).toEqual([]);
  });

  it('takes backslashes in the continuation of an escape string on another line', () => {
    expect(read(`E'a'\n -- c\n 'b\\''`)).toEqual([`string E'a'`, `string 'b\\''`]);
    expect(read(`E'a' 'b\\' c`)).toEqual([`string E'a'`, `string 'b\\'`, 'word c']);
    expect(read(`E'a' /* c */\n'b\\' c`)).toEqual([`string E'a'`, `string 'b\\'`, 'word c']);
  });

  it('takes backslashes in plain strings while standard_conforming_strings is off, and in no others', () => {
    const off = { standardConformingStrings: false };
    expect(read(`'it\\'s' n'\\''`, off)).toEqual([`string 'it\\'s'`, `string n'\\''`]);
    expect(read(`b'\\' U&'\\' "\\"`, off)).toEqual([
      `string b'\\'`,
      `string U&'\\'`,
      `quoted-identifier "\\"`,
    ]);
  });

  it.each<[text: string, fault: object]>([
    [`a 'b`, { construct: 'string', offset: 2, opening: `'` }],
    [`a 'b''`, { construct: 'string', offset: 2, opening: `'` }],
    [`E'b\\'`, { construct: 'string', offset: 0, opening: `E'` }],
    [`E'b\\`, { construct: 'string', offset: 0, opening: `E'` }],
    [`U&'b`, { construct: 'string', offset: 0, opening: `U&'` }],
    [`a."b""`, { construct: 'quoted-identifier', offset: 2, opening: '"' }],
    [`U&"b`, { construct: 'quoted-identifier', offset: 0, opening: 'U&"' }],
    ['$$ $a$', { construct: 'dollar-string', offset: 0, opening: '$$' }],
    ['a $B$ $b$', { construct: 'dollar-string', offset: 2, opening: '$B$' }],
    ['a /* /* */', { construct: 'comment', offset: 2, opening: '/*' }],
  ])('says where %j was opened', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('reads a part of a text', () => {
    const text = 'a b; c d';
    expect(tokensOf(text, {}, 4)).toEqual([
      { kind: 'word', start: 5, end: 6 },
      { kind: 'word', start: 7, end: 8 },
    ]);
    expect(tokensOf(text, {}, 0, 3)).toHaveLength(2);
  });

  it('never cuts a character in half, and leaves only white space and comments out', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let at = 0;
        for (const { start, end } of tokensOf(text)) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(text.slice(start, end)).not.toMatch(/^[\udc00-\udfff]|[\ud800-\udbff]$/);
          expect(text.slice(at, start)).toMatch(/^(?:[ \t\n\r\f\v]|--[^\n\r]*|\/\*[^]*\*\/)*$/);
          at = end;
        }
      }),
    );
  });
});
