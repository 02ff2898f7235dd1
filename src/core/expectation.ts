import { parseExpectedRow, rowText } from './expected-row.ts';
import type { Expectation } from './migration.ts';
import type { Parsed } from './parsed.ts';
import type { Row } from './ports.ts';

/** Whether the rows are what was expected, and the sentence that says so or says what came instead. */
export interface Judgement {
  readonly passed: boolean;
  /** `3`, `none`, `57`, `2 columns where one value is expected`: what stands after "got". */
  readonly got: string;
  /** `expected >= 60, got 57`: the whole sentence. */
  readonly sentence: string;
}

const NUMBER = String.raw`[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?`;
const EXACTLY_NUMBER = new RegExp(`^${NUMBER}$`);
const COMPARE = new RegExp(`^(>=|<=|<>|!=|>|<|=) *(${NUMBER})$`);
const BETWEEN = new RegExp(`^between +(${NUMBER}) +and +(${NUMBER})$`, 'i');

const FORMS = 'write no rows, rows, a value such as 42 or true, >= 60, or between 1 and 5';

/** Reads what stands after `@expect`. */
export function parseExpectation(text: string): Parsed<Expectation> {
  const words = text.trim().replace(/\s+/g, ' ');
  if (words === '') return { problem: '@expect says nothing', hint: FORMS };
  if (/^no rows$/i.test(words)) return { value: { kind: 'no-rows' } };
  if (/^rows$/i.test(words)) return { value: { kind: 'rows' } };
  if (words.startsWith('(')) return parseExpectedRow(text.trim());
  const between = BETWEEN.exec(words);
  if (between !== null) {
    const low = Number(between[1]);
    const high = Number(between[2]);
    if (low > high) return { problem: `"${words}" can never hold: ${low} is more than ${high}`, hint: FORMS };
    return { value: { kind: 'between', low, high } };
  }
  const compare = COMPARE.exec(words);
  if (compare !== null) {
    const [, operator, digits = ''] = compare;
    if (operator === '=') return { value: { kind: 'equals', value: digits } };
    const value = Number(digits);
    if (operator === '>' || operator === '>=' || operator === '<' || operator === '<=') {
      return { value: { kind: 'compare', operator, value } };
    }
    return { value: { kind: 'compare', operator: '<>', value } };
  }
  if (/^(?:[<>=!]|between\b)/i.test(words)) {
    return { problem: `"${words}" compares with something that is not a number`, hint: FORMS };
  }
  if (/^(?:no|none|zero|any|some|0) ?(?:rows?)?$/i.test(words) && words !== '0') {
    return { problem: `"${words}" is not an expectation`, hint: FORMS };
  }
  return { value: { kind: 'equals', value: words } };
}

/** An expectation in the words of the format. */
export function expectationText(expectation: Expectation): string {
  switch (expectation.kind) {
    case 'no-rows':
      return 'no rows';
    case 'rows':
      return 'rows';
    case 'equals':
      return expectation.value;
    case 'row':
      return rowText(expectation.values);
    case 'compare':
      return `${expectation.operator} ${expectation.value}`;
    case 'between':
      return `between ${expectation.low} and ${expectation.high}`;
  }
}

/** Holds what a query returned against what was expected. Numbers are compared as numbers, though the driver gives text for bigint and numeric. */
export function judge(expectation: Expectation, rows: readonly Row[]): Judgement {
  const { passed, got } = compared(expectation, rows);
  return { passed, got, sentence: `expected ${expectationText(expectation)}, got ${got}` };
}

function compared(expectation: Expectation, rows: readonly Row[]): { passed: boolean; got: string } {
  switch (expectation.kind) {
    case 'no-rows':
      return { passed: rows.length === 0, got: rows.length === 0 ? 'none' : String(rows.length) };
    case 'rows':
      return { passed: rows.length > 0, got: rows.length === 0 ? 'none' : String(rows.length) };
    case 'equals': {
      const single = singleValue(rows);
      if (single.problem !== undefined) return { passed: false, got: single.problem };
      return { passed: equals(single.value, expectation.value), got: valueText(single.value) };
    }
    case 'row':
      return comparedRow(expectation.values, rows);
    case 'compare':
    case 'between': {
      const single = singleValue(rows);
      if (single.problem !== undefined) return { passed: false, got: single.problem };
      const got = valueText(single.value);
      if (single.value === null) return { passed: false, got };
      const order = (limit: number): number => compareNumbers(got, String(limit));
      if (!isNumber(got)) return { passed: false, got: `"${got}", which is not a number` };
      return {
        passed:
          expectation.kind === 'between'
            ? order(expectation.low) >= 0 && order(expectation.high) <= 0
            : holds(expectation.operator, order(expectation.value)),
        got,
      };
    }
  }
}

function comparedRow(
  expected: readonly (string | null)[],
  rows: readonly Row[],
): { passed: boolean; got: string } {
  const [row] = rows;
  if (row === undefined) return { passed: false, got: 'no row' };
  if (rows.length > 1) return { passed: false, got: `${rows.length} rows where one is expected` };
  const values = Object.values(row);
  if (values.length !== expected.length) {
    const columns = values.length === 1 ? '1 column' : `${values.length} columns`;
    return { passed: false, got: `${columns} where ${expected.length} are expected` };
  }
  const passed = values.every((value, index) => {
    const wanted = expected[index] ?? null;
    if (wanted === null || value === null) return wanted === null && value === null;
    return equals(value, wanted);
  });
  return { passed, got: rowText(values.map((value) => (value === null ? null : valueText(value)))) };
}

function singleValue(rows: readonly Row[]): Parsed<unknown> {
  const [row] = rows;
  if (row === undefined) return { problem: 'no row' };
  if (rows.length > 1) return { problem: `${rows.length} rows where one value is expected` };
  const values = Object.values(row);
  if (values.length !== 1) return { problem: `${values.length} columns where one value is expected` };
  return { value: values[0] };
}

function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'an infinite date' : value.toISOString();
  return JSON.stringify(value);
}

function equals(value: unknown, expected: string): boolean {
  const text = valueText(value);
  if (value === null) return /^null$/i.test(expected);
  if (typeof value === 'boolean') return text === expected.toLowerCase();
  if (isNumber(text) && isNumber(expected)) return compareNumbers(text, expected) === 0;
  return text === expected;
}

function isNumber(text: string): boolean {
  return EXACTLY_NUMBER.test(text);
}

/** bigint and numeric come as text and may be larger than a double holds: whole numbers are compared exactly. */
function compareNumbers(left: string, right: string): number {
  if (/^[-+]?\d+$/.test(left) && /^[-+]?\d+$/.test(right)) {
    const difference = BigInt(left.replace('+', '')) - BigInt(right.replace('+', ''));
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }
  return Number(left) - Number(right);
}

function holds(operator: '>' | '>=' | '<' | '<=' | '<>', order: number): boolean {
  switch (operator) {
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '<>':
      return order !== 0;
  }
}
