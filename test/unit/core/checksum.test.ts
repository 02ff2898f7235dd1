import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checksumOf, tokenChecksumOf } from '../../../src/core/checksum.ts';

describe('checksumOf', () => {
  it('is the SHA-256 of the text in UTF-8', () => {
    expect(checksumOf('select 1;\n')).toBe(createHash('sha256').update('select 1;\n').digest('hex'));
    expect(checksumOf('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('is the same with the line ends of any platform', () => {
    expect(checksumOf('a\r\nb\r\n')).toBe(checksumOf('a\nb\n'));
    expect(checksumOf('a\rb\r')).toBe(checksumOf('a\nb\n'));
  });

  it('changes with a comment', () => {
    expect(checksumOf('select 1; -- a')).not.toBe(checksumOf('select 1; -- b'));
  });
});

describe('tokenChecksumOf', () => {
  it.each<[what: string, left: string, right: string]>([
    ['comments', '-- why\nselect /* x */ 1; -- end', 'select 1;'],
    ['white space', 'select\n\t1  ;', 'select 1;'],
    ['white space around an operator', 'select 1+1', 'select 1 + 1'],
    ['the last semicolon', 'select 1', 'select 1;\n'],
    ['lone semicolons', ';select 1;; select 2', 'select 1; select 2;'],
    ['line ends', "select 'a\r\nb';\r\n", "select 'a\nb';\n"],
  ])('does not change with %s', (_, left, right) => {
    expect(tokenChecksumOf(left)).toBe(tokenChecksumOf(right));
  });

  it.each<[what: string, left: string, right: string]>([
    ['words joined', 'select a b', 'select ab'],
    ['operators joined', 'select a < = b', 'select a <= b'],
    ['case', 'select A', 'select a'],
    ['quotes', 'select "a"', 'select a'],
    ['white space in a string', "select 'a  b'", "select 'a b'"],
    ['a comment in a string', "select '--a'", "select '--b'"],
    ['a comment in a function body', 'do $$ begin -- a\nend $$', 'do $$ begin -- b\nend $$'],
    ['a string prefix', "select e 'a'", "select e'a'"],
    ['a semicolon between', 'a; b', 'a b'],
    ['the order of statements', 'a; b', 'b; a'],
  ])('changes with %s', (_, left, right) => {
    expect(tokenChecksumOf(left)).not.toBe(tokenChecksumOf(right));
  });

  it('does not change when comments and white space are put between words', () => {
    const words = fc.array(fc.constantFrom('select', 'a', '1', "'x'", '(', ')', ',', '"q"', '$$b$$', '+'), {
      maxLength: 20,
    });
    const gaps = fc.array(fc.constantFrom(' ', '\n', '\r\n', ' -- c\n', '/* ; */', '\t/* /* */ */'), {
      minLength: 20,
      maxLength: 20,
    });
    fc.assert(
      fc.property(words, gaps, (tokens, between) => {
        const spread = tokens.map((token, index) => token + between[index]!).join('');
        expect(tokenChecksumOf(spread)).toBe(tokenChecksumOf(tokens.join(' ')));
      }),
    );
  });
});
