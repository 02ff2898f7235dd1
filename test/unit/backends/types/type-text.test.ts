import { describe, expect, it } from 'vitest';
import { serializeType } from '../../../../src/backends/types/serializer.ts';
import { parseTypeText } from '../../../../src/backends/types/type-text.ts';

describe('parseTypeText', () => {
  it.each([
    ['string'],
    ['"a" | "b" | null'],
    ['string[]'],
    ['(string | number)[]'],
    ['readonly string[]'],
    ['Record<string, number[]>'],
    ['Temporal.Instant'],
    ['[string, number?, ...boolean[]]'],
    ['[]'],
    ['-1 | 2.5'],
    ['{}'],
    ['{ a: string; b?: number; readonly c: { d: boolean }; "two words": null }'],
    ['A & B'],
    ['(A | B) & C'],
    ['(A & B)[]'],
    ['import("./settings.js").Settings'],
    ['import("./settings.js").Settings<string>[]'],
    ['ColumnType<{ theme: string }, string, never>'],
  ])('reads %s, and writes it as it was', (text) => {
    const parsed = parseTypeText(text);
    expect(parsed.problem).toBeUndefined();
    expect(serializeType(parsed.value!)).toBe(text);
  });

  it.each([
    ['| "a" | "b"', '"a" | "b"'],
    ["'quo\"te'", '"quo\\"te"'],
    ['{ a: string, b: number, }', '{ a: string; b: number }'],
    ['{ readonly: string }', '{ readonly: string }'],
  ])('reads %s, and writes %s', (text, written) => {
    const { value } = parseTypeText(text);
    expect(value && serializeType(value)).toBe(written);
  });

  it.each([
    ["'it''s'", 'is not expected after the type'],
    ['', 'the type ends where a type is expected'],
    ['string; } export const x = 1', '"= 1" is not understood'],
    ['string }', '"}" is not expected after the type'],
    ['string */ x', '"*/ x" is not understood'],
    ['{ a: string', '; or } is expected'],
    ['{ a }', ': is expected where "}" stands'],
    ['Array<string', 'the type ends where > is expected'],
    ['typeof process', 'a type is expected where "typeof" stands'],
    ['keyof Users', 'a type is expected where "keyof" stands'],
    ['() => void', 'is not understood'],
    ['"open', 'is not understood'],
    ['"\\u0041"', 'the escape \\u is not understood'],
    ['import("x")', '.Name is expected'],
    ['import(x).Y', 'the module in quotes is expected where "x" stands'],
    ['`template`', 'is not understood'],
    ['{ a.b: string }', 'the name of a property is expected where "a.b" stands'],
    ['.Name', 'a type is expected where ".Name" stands'],
  ])('refuses %j', (text, problem) => {
    expect(parseTypeText(text).problem).toContain(problem);
  });
});
