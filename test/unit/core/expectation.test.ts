import { describe, expect, it } from 'vitest';
import { judge, parseExpectation } from '../../../src/core/expectation.ts';
import type { Row } from '../../../src/core/ports.ts';

describe('parseExpectation', () => {
  it.each([
    ['no rows', { kind: 'no-rows' }],
    ['No   Rows', { kind: 'no-rows' }],
    ['rows', { kind: 'rows' }],
    ['42', { kind: 'equals', value: '42' }],
    ['0', { kind: 'equals', value: '0' }],
    ['= 42', { kind: 'equals', value: '42' }],
    ['true', { kind: 'equals', value: 'true' }],
    ['published', { kind: 'equals', value: 'published' }],
    ['>= 60', { kind: 'compare', operator: '>=', value: 60 }],
    ['<5', { kind: 'compare', operator: '<', value: 5 }],
    ['!= 0', { kind: 'compare', operator: '<>', value: 0 }],
    ['> -1.5', { kind: 'compare', operator: '>', value: -1.5 }],
    ['between 1 and 5', { kind: 'between', low: 1, high: 5 }],
    ['BETWEEN -1 AND 1', { kind: 'between', low: -1, high: 1 }],
  ])('reads %s', (text, value) => {
    expect(parseExpectation(text)).toEqual({ value });
  });

  it.each([
    ['', '@expect says nothing'],
    ['>= many', '">= many" compares with something that is not a number'],
    ['=> 5', '"=> 5" compares with something that is not a number'],
    ['between 1 and', '"between 1 and" compares with something that is not a number'],
    ['between 5 and 1', '"between 5 and 1" can never hold: 5 is more than 1'],
    ['no row', '"no row" is not an expectation'],
    ['0 rows', '"0 rows" is not an expectation'],
  ])('refuses %j', (text, problem) => {
    expect(parseExpectation(text)).toEqual({
      problem,
      hint: 'write no rows, rows, a value such as 42 or true, >= 60, or between 1 and 5',
    });
  });
});

describe('judge', () => {
  const judged = (expected: string, rows: readonly Row[]) => {
    const parsed = parseExpectation(expected);
    if (parsed.problem !== undefined) throw new Error(parsed.problem);
    return judge(parsed.value, rows);
  };

  it.each<[string, Row[]]>([
    ['no rows', []],
    ['rows', [{ id: 1 }]],
    ['42', [{ count: '42' }]],
    ['42', [{ count: 42 }]],
    ['42', [{ count: '42.00' }]],
    ['9007199254740993', [{ count: '9007199254740993' }]],
    ['true', [{ ok: true }]],
    ['TRUE', [{ ok: true }]],
    ['published', [{ status: 'published' }]],
    ['null', [{ value: null }]],
    ['>= 60', [{ count: '60' }]],
    ['<> 0', [{ count: '-1' }]],
    ['between 1 and 5', [{ count: '5' }]],
    ['between 1 and 5', [{ average: '4.5' }]],
  ])('passes %s on %j', (expected, rows) => {
    expect(judged(expected, rows).passed).toBe(true);
  });

  it.each<[string, Row[], string]>([
    ['no rows', [{ id: 1 }, { id: 2 }, { id: 3 }], 'expected no rows, got 3'],
    ['rows', [], 'expected rows, got none'],
    ['42', [{ count: '41' }], 'expected 42, got 41'],
    ['9007199254740993', [{ count: '9007199254740992' }], 'expected 9007199254740993, got 9007199254740992'],
    ['true', [{ ok: false }], 'expected true, got false'],
    ['true', [{ ok: null }], 'expected true, got null'],
    ['>= 60', [{ count: '57' }], 'expected >= 60, got 57'],
    ['>= 60', [], 'expected >= 60, got no row'],
    ['>= 60', [{ count: null }], 'expected >= 60, got null'],
    ['>= 60', [{ count: 'many' }], 'expected >= 60, got "many", which is not a number'],
    ['>= 60', [{ a: 1, b: 2 }], 'expected >= 60, got 2 columns where one value is expected'],
    ['42', [{ a: 42 }, { a: 42 }], 'expected 42, got 2 rows where one value is expected'],
    ['between 1 and 5', [{ count: '6' }], 'expected between 1 and 5, got 6'],
    ['<> 0', [{ count: '0' }], 'expected <> 0, got 0'],
  ])('fails %s on %j', (expected, rows, sentence) => {
    expect(judged(expected, rows)).toMatchObject({ passed: false, sentence });
  });
});
