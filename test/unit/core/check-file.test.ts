import { describe, expect, it } from 'vitest';
import { parseChecks } from '../../../src/core/check-file.ts';
import { placeText } from '../../../src/core/place.ts';

function faults(text: string): string[] {
  return parseChecks('c.sql', text).faults.map(
    ({ place, message }) => `${place === undefined ? '' : placeText(place)} ${message}`,
  );
}

describe('parseChecks', () => {
  it('reads the checks of a file', () => {
    const text = `-- Guards of the courses

-- @check no course without an academy
SELECT id, title FROM courses WHERE academy_id IS NULL;

-- @check enough indexes
-- counted in public only
-- @expect  >=  60
-- @severity warning
-- @extension PG_Trgm
-- @since 20251103000000
-- @until 20251103000018
WITH i AS (SELECT ';' FROM pg_indexes) -- a remark
SELECT count(*) FROM i
`;
    expect(parseChecks('c.sql', text)).toEqual({
      faults: [],
      checks: [
        {
          name: 'no course without an academy',
          sql: 'SELECT id, title FROM courses WHERE academy_id IS NULL',
          expectation: { kind: 'no-rows' },
          expected: 'no rows',
          severity: 'error',
          place: { file: 'c.sql', line: 3, column: 4 },
        },
        {
          name: 'enough indexes',
          sql: "WITH i AS (SELECT ';' FROM pg_indexes) -- a remark\nSELECT count(*) FROM i",
          expectation: { kind: 'compare', operator: '>=', value: 60 },
          expected: '>= 60',
          severity: 'warning',
          since: '20251103000000',
          until: '20251103000018',
          extension: 'pg_trgm',
          place: { file: 'c.sql', line: 6, column: 4 },
        },
      ],
    });
  });

  it.each([
    ['', 'c.sql:1:1 a checks file without a single @check'],
    ['SELECT 1;\n', 'c.sql:1:1 a checks file without a single @check'],
    ['SELECT 1;\n-- @check a\nSELECT 1;\n', 'c.sql:1:1 SQL stands before the first @check'],
    ['-- @expect rows\n-- @check a\nSELECT 1;\n', 'c.sql:1:4 @expect stands before the first @check'],
    ['-- @check\nSELECT 1;\n', 'c.sql:1:4 @check has no name'],
    ['-- @check a\n', 'c.sql:1:4 check "a" has no query'],
    ['-- @check a\n;\n', 'c.sql:1:4 check "a" has no query'],
    ['-- @check a\nSELECT 1; SELECT 2;\n', 'c.sql:2:11 check "a" has more than one statement'],
    ['-- @check a\nDELETE FROM t;\n', 'c.sql:2:1 check "a" is not a query'],
    ['-- @check a\nSELECT 1;\n-- @check a\nSELECT 1;\n', 'c.sql:3:4 check "a" stands twice, first in line 1'],
    ['-- @check a\nSELECT 1;\n-- @expect rows\n', 'c.sql:3:4 @expect stands below the query'],
    [
      '-- @check a\n-- @expect rows\n-- @expect 1\nSELECT 1;\n',
      'c.sql:3:4 @expect stands twice in one check',
    ],
    [
      '-- @check a\n-- @expect >= x\nSELECT 1;\n',
      'c.sql:2:12 ">= x" compares with something that is not a number',
    ],
    [
      '-- @check a\n-- @severity fatal\nSELECT 1;\n',
      'c.sql:2:14 @severity takes error or warning, not "fatal"',
    ],
    [
      '-- @check a\n-- @since\nSELECT 1;\n',
      'c.sql:2:10 @since takes one version, which is digits only, not nothing',
    ],
    [
      '-- @check a\n-- @since 9\n-- @until 8\nSELECT 1;\n',
      'c.sql:3:4 the check holds at no version: @since 9 is after @until 8',
    ],
    [
      '-- @check a\n-- @extension\nSELECT 1;\n',
      'c.sql:2:14 @extension takes the name of one extension, without quotes, not nothing',
    ],
    ...['vector, citext', '"uuid-ossp"', 'uuid--ossp', '-vector', 'vector-', 'a/b'].map((value) => [
      `-- @check a\n-- @extension ${value}\nSELECT 1;\n`,
      `c.sql:2:15 @extension takes the name of one extension, without quotes, not "${value}"`,
    ]),
    [
      '-- @check a\n-- @extension vector\n-- @extension citext\nSELECT 1;\n',
      'c.sql:3:4 @extension stands twice in one check',
    ],
    ['-- @check a\n-- @extention vector\nSELECT 1;\n', 'c.sql:2:4 unknown directive @extention'],
    ['-- @check a\n-- @expct rows\nSELECT 1;\n', 'c.sql:2:4 unknown directive @expct'],
    ['-- @check a\n-- @risk low why\nSELECT 1;\n', 'c.sql:2:4 @risk does not belong in a checks file'],
  ])('finds the fault of %j', (text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });

  it.each(['vector', 'uuid-ossp', 'pg_stat_statements', 'plv8', 'a.b'])(
    'takes %s for an extension',
    (name) => {
      const { checks } = parseChecks('c.sql', `-- @check a\n-- @extension ${name}\nSELECT 1;\n`);
      expect(checks.map(({ extension }) => extension)).toEqual([name]);
    },
  );

  it('takes no check from a string', () => {
    const text = "-- @check a\nSELECT '\n-- @check b\n';\n";
    expect(parseChecks('c.sql', text).checks.map(({ name }) => name)).toEqual(['a']);
  });

  it('leaves out a check that has a fault, and keeps the others', () => {
    const { checks } = parseChecks(
      'c.sql',
      '-- @check a\n\n-- @check b\n(SELECT 1);\n-- @check c\nTABLE t;\n',
    );
    expect(checks.map(({ name }) => name)).toEqual(['b', 'c']);
  });
});
