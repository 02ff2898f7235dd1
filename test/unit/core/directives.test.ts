import { describe, expect, it } from 'vitest';
import { DIRECTIVES } from '../../../src/core/directive-table.ts';
import { parseDirectives } from '../../../src/core/directives.ts';
import { placeText } from '../../../src/core/place.ts';

function faults(text: string, kind: 'migration' | 'rollback' = 'migration'): string[] {
  return parseDirectives('m.sql', text, kind).faults.map(
    ({ place, message }) => `${place === undefined ? '' : placeText(place)} ${message}`,
  );
}

describe('parseDirectives', () => {
  it('says nothing for a file without directives', () => {
    const parsed = parseDirectives('m.sql', '-- Creates courses\n\nCREATE TABLE courses ();\n', 'migration');
    expect(parsed.directives).toEqual({ transaction: true, requires: [], allow: [] });
    expect(parsed.faults).toEqual([]);
  });

  it('reads every directive of a migration', () => {
    const text = `\uFEFF-- Adds search
-- @transaction off
-- @lock-timeout 2s
-- @statement-timeout 10min

--@phase 2 of 3
-- @risk medium rewrites nothing, but holds a lock
-- @downtime none
-- @app-change search must be off
/* a licence may stand between */
-- @requires 20250101000000 20250101000001
-- @requires 20250101000002
-- @irreversible the old values are gone
-- @allow index-without-concurrently the table is empty
-- @allow second-rule because
CREATE INDEX CONCURRENTLY i ON t (c);
`.slice(1);
    const parsed = parseDirectives('m.sql', text, 'migration');
    expect(parsed.faults).toEqual([]);
    expect(parsed.directives).toEqual({
      transaction: false,
      lockTimeout: 2000,
      statementTimeout: 600_000,
      phase: '2 of 3',
      risk: { level: 'medium', why: 'rewrites nothing, but holds a lock' },
      downtime: 'none',
      appChange: 'search must be off',
      requires: ['20250101000000', '20250101000001', '20250101000002'],
      irreversible: 'the old values are gone',
      allow: [
        { rule: 'index-without-concurrently', why: 'the table is empty' },
        { rule: 'second-rule', why: 'because' },
      ],
    });
    expect(parsed.requiresPlaces.map(({ line }) => line)).toEqual([11, 11, 12]);
    expect(parsed.irreversiblePlace).toEqual({ file: 'm.sql', line: 13, column: 4 });
  });

  it.each([
    ['-- @transacton off\n', 'm.sql:1:4 unknown directive @transacton'],
    ['-- x\r\n-- @todo later\r\n', 'm.sql:2:4 unknown directive @todo'],
    ['-- @transaction\n', 'm.sql:1:16 @transaction says nothing'],
    ['-- @transaction on\n', 'm.sql:1:17 @transaction takes off, not "on"'],
    ['-- @lock-timeout\n', 'm.sql:1:17 @lock-timeout says nothing'],
    ['-- @lock-timeout 2\n', 'm.sql:1:18 @lock-timeout: "2" has no unit'],
    ['-- @risk\n', 'm.sql:1:9 @risk says nothing'],
    ['-- @risk huge why\n', 'm.sql:1:10 @risk takes low, medium or high, not "huge"'],
    ['-- @risk low\n', 'm.sql:1:10 @risk low does not say why'],
    ['-- @downtime\n', 'm.sql:1:13 @downtime says nothing'],
    ['-- @irreversible\n', 'm.sql:1:17 @irreversible says nothing'],
    ['-- @requires\n', 'm.sql:1:13 @requires names no version'],
    ['-- @requires v7\n', 'm.sql:1:14 @requires takes versions, which are digits only, not "v7"'],
    ['-- @requires 7 7\n', 'm.sql:1:14 @requires names 7 twice'],
    ['-- @allow\n', 'm.sql:1:10 @allow names no rule'],
    ['-- @allow some-rule\n', 'm.sql:1:11 @allow some-rule does not say why'],
    ['-- @allow a x\n-- @allow a y\n', 'm.sql:2:11 @allow a stands twice'],
    ['-- @risk low a\n-- @risk low b\n', 'm.sql:2:4 @risk stands twice, first in line 1'],
    ['-- @check no course\n', 'm.sql:1:4 @check does not belong in a migration'],
    ['-- @ risk low why\n', 'm.sql:1:4 there is a space between @ and risk'],
    [
      'SELECT 1;\n-- @risk low why\n',
      'm.sql:2:4 @risk stands below the first statement, where it has no effect',
    ],
    ['SELECT 1;\n  -- @author me\n', 'm.sql:2:6 unknown directive @author'],
    ['SELECT 1; -- @allow x y\n', 'm.sql:1:14 @allow stands beside SQL, where it has no effect'],
    [
      '/*\n-- @transaction off\n*/\nSELECT 1;\n',
      'm.sql:2:4 @transaction stands inside a block comment, where it has no effect',
    ],
  ])('finds the fault of %j', (text, fault) => {
    expect(faults(text)).toEqual([fault]);
  });

  it.each([
    ["SELECT '\n-- @risk low why\n';\n"],
    ['DO $$\n-- @risk low why\nBEGIN END $$;\n'],
    ['SELECT "\n-- @risk low why\n";\n'],
    ['CREATE TABLE t (id int); -- @deprecated since 2020\n'],
    ['-- write to a@example.com\nSELECT 1;\n'],
    ['-- @ noon\nSELECT 1;\n'],
    ['/* @risk low why */\nSELECT 1;\n'],
  ])('takes no directive from %j', (text) => {
    expect(faults(text)).toEqual([]);
    expect(parseDirectives('m.sql', text, 'migration').directives.risk).toBeUndefined();
  });

  it('lets a rollback have its own directives only', () => {
    expect(
      faults(
        '-- @transaction off\n-- @lock-timeout 1s\n-- @allow x y\n-- @statement-timeout 0\n',
        'rollback',
      ),
    ).toEqual([]);
    expect(faults('-- @irreversible why\n', 'rollback')).toEqual([
      'm.sql:1:4 @irreversible does not belong in a rollback',
    ]);
    expect(faults('-- @requires 7\n', 'rollback')).toEqual([
      'm.sql:1:4 @requires does not belong in a rollback',
    ]);
  });

  it('says what was meant', () => {
    const [fault] = parseDirectives('m.sql', '-- @lock_timeout 2s\n', 'migration').faults;
    expect(fault).toMatchObject({
      code: 'directive',
      severity: 'error',
      exitCode: 2,
      hint: 'did you mean @lock-timeout?',
    });
  });

  it('finds all faults at once', () => {
    expect(faults('-- @a\n-- @risk\n-- @phase\nSELECT 1;\n-- @phase 2\n')).toHaveLength(4);
  });

  it('documents every directive', () => {
    for (const { name, form, meaning, files } of DIRECTIVES) {
      expect([name, form, meaning].every((text) => text !== '')).toBe(true);
      expect(files.length).toBeGreaterThan(0);
    }
  });
});
