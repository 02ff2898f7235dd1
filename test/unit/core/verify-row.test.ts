import { describe, expect, it } from 'vitest';
import { judge, parseExpectation } from '../../../src/core/expectation.ts';

describe('a literal row', () => {
  it.each([
    ['(42)', ['42']],
    ['(42, true, null)', ['42', 'true', null]],
    ['( 14 ,8,  5 )', ['14', '8', '5']],
    ["('a, b', 'it''s', '', 'null')", ['a, b', "it's", '', 'null']],
    ['(2025-01-02 03:04:05+00, x y)', ['2025-01-02 03:04:05+00', 'x y']],
  ])('reads %s', (text, values) => {
    expect(parseExpectation(text)).toEqual({ value: { kind: 'row', values } });
  });

  it.each([
    ['()', '"()" is a row without a value'],
    ['(1, )', '"(1, )" is not a row: a value is missing or not quoted'],
    ['(1, 2', '"(1, 2" is not a row: its ")" is missing'],
    [
      '(1) or more',
      '"(1) or more" is not a row: ") or more" stands where a comma or the closing ")" is expected',
    ],
    ["('a' 'b')", `"('a' 'b')" is not a row: "'b')" stands where a comma or the closing ")" is expected`],
    ["(it's)", `"(it's)" is not a row: "'s)" stands where a comma or the closing ")" is expected`],
  ])('refuses %s', (text, problem) => {
    expect(parseExpectation(text)).toEqual({
      problem,
      hint: "write a row as (42, 26, 'a text, quoted where it has a comma', null)",
    });
  });

  const judged = (expected: string, rows: readonly Record<string, unknown>[]) => {
    const parsed = parseExpectation(expected);
    if (parsed.problem !== undefined) throw new Error(parsed.problem);
    return judge(parsed.value, rows);
  };

  it('compares value by value, numbers as numbers', () => {
    expect(
      judged('(42, 1.5, true, null, x)', [{ a: '42', b: '1.50', c: true, d: null, e: 'x' }]).passed,
    ).toBe(true);
  });

  it.each([
    ['(1, 2)', [{ a: 1, b: 3 }], 'expected (1, 2), got (1, 3)'],
    ["(1, 'null')", [{ a: 1, b: null }], "expected (1, 'null'), got (1, null)"],
    ['(1, null)', [{ a: 1, b: '' }], "expected (1, null), got (1, '')"],
    ['(1, 2)', [{ a: 1 }], 'expected (1, 2), got 1 column where 2 are expected'],
    ['(1, 2)', [], 'expected (1, 2), got no row'],
    ['(1)', [{ a: 1 }, { a: 1 }], 'expected (1), got 2 rows where one is expected'],
  ])('fails %s', (expected, rows, sentence) => {
    expect(judged(expected, rows)).toMatchObject({ passed: false, sentence });
  });
});
