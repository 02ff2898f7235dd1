import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseChecks } from '../../src/core/check-file.ts';
import { BUILTIN_CHECKS } from '../../src/operations/verify-builtin.ts';
import { LMS_STAGE_VIOLATIONS, LMS_VIOLATIONS } from '../support/violations.ts';

describe('the built-in checks', () => {
  it('are the files of src/checks, each named after its file', () => {
    const files = readdirSync('src/checks').map((name) => name.replace(/\.ts$/, ''));
    expect(BUILTIN_CHECKS.map(({ id }) => id).sort()).toEqual(files.sort());
  });

  it.each(BUILTIN_CHECKS.map((check) => [check.id, check] as const))('%s says what it is for', (_, check) => {
    expect(check.title).toMatch(/^[a-z]/);
    expect(check.why.length).toBeGreaterThan(80);
    // Its example is the violation that test/database/verify-builtin.test.ts runs.
    expect(check.example).toMatch(/^(--|create|alter) /);
  });

  it.each(BUILTIN_CHECKS.map((check) => [check.id, check] as const))(
    '%s names every object with its schema',
    (_, check) => {
      const { sql } = check.question({
        historySchema: 'lms_db',
        tenancy: { column: 'tenant_id', root: 'tenants' },
      });
      expect(sql.match(/(?:from|join) pg_(?!catalog\.)\w+/g)).toBeNull();
      expect(
        sql.match(/(?<!pg_catalog)(?<![.\w])(?:format|unnest|pg_get_\w+|to_regclass|string_agg)\(/g),
      ).toBeNull();
    },
  );
});

describe('the checks of lms', () => {
  const files = readdirSync('checks/lms').filter((name) => !/^\d/.test(name));
  const checks = files.flatMap((name) => {
    const path = `checks/lms/${name}`;
    const { checks: parsed, faults } = parseChecks(path, readFileSync(path, 'utf8'));
    expect(faults).toEqual([]);
    return parsed;
  });

  it('are K-1 to K-16; K-15 is proven by the tests of the migrations', () => {
    const numbers = new Set(checks.map(({ name }) => Number(/^K-(\d+) /.exec(name)?.[1])));
    expect([...numbers].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16]);
    expect(readFileSync('checks/lms/structure.sql', 'utf8')).toContain('-- K-15 ');
  });

  it('have names of their own', () => {
    expect(new Set(checks.map(({ name }) => name)).size).toBe(checks.length);
  });

  it('have a violation each, and there is none without a check', () => {
    const violations = [...Object.keys(LMS_VIOLATIONS), ...Object.keys(LMS_STAGE_VIOLATIONS)];
    expect(violations.sort()).toEqual(checks.map(({ name }) => name).sort());
  });

  it('count in current_schema() only', () => {
    for (const check of checks.filter(({ sql }) => /\bpg_(class|type|index|constraint)\b/.test(sql))) {
      expect(check.sql).toContain('current_schema()::regnamespace');
    }
  });
});
