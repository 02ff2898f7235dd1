import { describe, expect, it } from 'vitest';
import { ByteOffsets } from '../../../src/core/lint/byte-offsets.ts';
import { lintOf, shortly } from '../../support/lint.ts';

const T = 'CREATE TABLE t (id bigint PRIMARY KEY, a int, b text);';

describe('offsets in bytes', () => {
  it('become offsets in UTF-16, whatever the characters need', () => {
    const text = 'é€😀x';
    const offsets = new ByteOffsets(text);
    // é has two bytes, € three, 😀 four in UTF-8 and two units in UTF-16.
    expect([0, 2, 5, 9, 10].map((byte) => offsets.utf16(byte))).toEqual([0, 1, 2, 4, 5]);
    expect(text.slice(offsets.utf16(9))).toBe('x');
  });

  it('stay within the text', () => {
    expect(new ByteOffsets('abc').utf16(99)).toBe(3);
    expect(new ByteOffsets('aé').utf16(99)).toBe(2);
    expect(new ByteOffsets('aé').utf16(-1)).toBe(0);
  });
});

describe('places of findings', () => {
  const placesOf = (up: string): readonly string[] => {
    const { findings } = lintOf([T, up]);
    return shortly(findings.filter(({ version, severity }) => version === '002' && severity === 'error'));
  };

  it('count characters behind text of several bytes', () => {
    expect(placesOf("SELECT 'Київ 🇺🇦'; ALTER TABLE /* 😀é */ t ALTER COLUMN a SET NOT NULL;")).toEqual([
      'error set-not-null-scan migrations/002-file.sql:1:42',
    ]);
  });

  it('are those of the sub-command', () => {
    expect(
      placesOf(
        '-- é\nALTER TABLE t\n  ADD COLUMN c int,\n  ALTER COLUMN a SET NOT NULL,\n  ALTER COLUMN a TYPE bigint;',
      ),
    ).toEqual([
      'error set-not-null-scan migrations/002-file.sql:4:3',
      'error column-type-rewrite migrations/002-file.sql:5:3',
    ]);
  });

  it('are those of the constraint inside a column', () => {
    expect(placesOf("ALTER TABLE t ADD COLUMN ö text DEFAULT 'ß' CHECK (ö <> '');")).toEqual([
      'error add-column-inline-check migrations/002-file.sql:1:45',
    ]);
  });

  it('stand inside a DO block, behind an IF, with its own line', () => {
    const up =
      'DO $x$\nBEGIN\n  -- é\n  IF true THEN\n    ALTER TABLE t\n      ALTER COLUMN a SET NOT NULL;\n  END IF;\nEND $x$;';
    expect(placesOf(up)).toEqual(['error set-not-null-scan migrations/002-file.sql:6:7']);
  });

  it('are those of EXECUTE for a constant text', () => {
    const up = "DO $$ BEGIN\n  EXECUTE format('ALTER TABLE %I ALTER COLUMN a SET NOT NULL', 't');\nEND $$;";
    const [place] = placesOf(up);
    expect(place).toMatch(/^error set-not-null-scan migrations\/002-file\.sql:2:/);
  });

  it('stand where PostgreSQL stops at a syntax error, and the other statements are looked at all the same', () => {
    expect(
      placesOf("SELECT 'é';\nALTER TABLE t ADD COLUMN x int y;\nALTER TABLE t ALTER COLUMN a SET NOT NULL;"),
    ).toEqual([
      'error syntax-error migrations/002-file.sql:2:32',
      'error set-not-null-scan migrations/002-file.sql:3:15',
    ]);
  });

  it('are right with CRLF', () => {
    expect(placesOf('-- one\r\nSELECT 1;\r\nALTER TABLE t ALTER COLUMN a SET NOT NULL;\r\n')).toEqual([
      'error set-not-null-scan migrations/002-file.sql:3:15',
    ]);
  });
});
