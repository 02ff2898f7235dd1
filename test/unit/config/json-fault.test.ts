import { describe, expect, it } from 'vitest';
import { jsonFault } from '../../../src/config/json-fault.ts';

describe('jsonFault', () => {
  it.each(['{}', '[1, -2.5e3, "a\\n\\u00e9", true, false, null, {"a": []}]', ' "x" '])(
    'finds none in %s',
    (text) => {
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      expect(jsonFault(text)).toBeUndefined();
    },
  );

  it.each([
    ['', 0, 'the text ends where a value is expected'],
    ['{', 1, 'the text ends where a key in double quotes is expected'],
    ['{"a": 1,}', 7, 'this comma is one too many: } follows'],
    ['{a: 1}', 1, 'expected a key in double quotes, found a'],
    ["{'a': 1}", 1, "expected a key in double quotes, found '"],
    ['{"a" 1}', 5, 'expected a colon, found 1'],
    ['{"a": 1 "b": 2}', 8, 'expected a comma or }, found "'],
    ['[1 2]', 3, 'expected a comma or ], found 2'],
    ['{"a": undefined}', 6, 'expected a value, found u'],
    ['{"a": "b}', 6, 'this text is not closed, or holds a character that must be escaped'],
    ['{ // x\n}', 2, 'JSON has no comments; lms-db.config.ts may have some'],
    ['{} x', 3, 'there is something after the end of the object'],
  ])('finds the fault of %j', (text, offset, problem) => {
    expect(() => JSON.parse(text) as unknown).toThrow();
    expect(jsonFault(text)).toEqual({ offset, problem });
  });
});
