import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlainScript, leavesNothingInSession } from '../../../src/core/plain-script.ts';
import { faultsOfScript } from '../../../src/core/script-faults.ts';
import { NON_TRANSACTIONAL } from '../../../src/core/non-transactional.ts';
import { kindOf } from '../../../src/core/statement-kind.ts';
import { splitStatements } from '../../../src/core/statements.ts';

describe('isPlainScript', () => {
  it.each([
    '-- Creates t\nCREATE TABLE t (id bigint PRIMARY KEY);\nCREATE INDEX i ON t (id);\n',
    'DROP TABLE t;',
    "-- Don't ask; don't start at the end.\nALTER TABLE t\n  ALTER COLUMN a SET DEFAULT 'it''s -- no comment',\n  ADD CHECK (a IN ('x', 'y'));",
    'CREATE TABLE "T" ("a -- b" int, c int DEFAULT 4 / 2 - 1);',
    "COMMENT ON TABLE t IS 'first\nsecond'; -- the quote \" of a comment is none",
    "INSERT INTO t VALUES ('a'", // an open parenthesis is for the server to judge
    '',
  ])('is true for everyday statements: %j', (text) => {
    expect(isPlainScript(text)).toBe(true);
  });

  it.each([
    "SELECT 'a",
    'SELECT "a',
    "SELECT 'a'; -- it's\nSELECT 'b",
    "SELECT '--'; SELECT 'a",
    'SELECT "a\'"\'',
    'SELECT $a$ x',
    '/* x',
    'create function f() returns int begin atomic select 1;',
    '\\i other.sql',
    'select 1 \\gset',
    "select '\\'",
    'copy t from stdin;',
    'copy t to stdout;',
    'begin;',
    'start transaction;',
    'commit;',
    'end;',
    'rollback;',
    'abort;',
    'savepoint a;',
    'release a;',
    'rollback to a;',
    'set transaction read only;',
    'SET standard_conforming_strings = off;',
    'prepare transaction x;',
    'discard all;',
    'select 1;commit',
    'select 1; \t commit',
    'select 1;\r\n\r\n  commit',
    'select 1; -- done\rcommit',
    'a \0 b',
    ...NON_TRANSACTIONAL.map(({ statement }) => statement),
  ])('is false for what may be a fault: %j', (text) => {
    expect(isPlainScript(text)).toBe(false);
    expect(isPlainScript(text.toLowerCase())).toBe(false);
  });

  it('never hides a fault', () => {
    const pieces = fc.constantFrom(
      ...[
        "'",
        '"',
        '$$',
        '$a$',
        '--',
        '/*',
        '*/',
        '\\',
        '\n',
        '\r',
        ' ',
        '\t',
        ';',
        '(',
        ')',
        '-',
        '/',
        ',',
        '.',
      ],
      ...[
        "E'",
        "U&'",
        "''",
        "it's",
        '\u2028',
        '\u00a0',
        'é',
        'x',
        '1',
        'on',
        'as',
        'to',
        'from',
        'table',
        'index',
      ],
      ...['stdin', 'stdout', 'all', 'work', 'prepared', 'atomic', 'function f()', 'transaction', 'partition'],
      ...NON_TRANSACTIONAL.map(({ statement }) => statement),
      ...['select', 'listen', 'temp', 'temporary', 'pg_temp.', 'set_config(', 'declare', 'hold', 'into'],
      ...[
        'begin',
        'commit',
        'end',
        'abort',
        'savepoint',
        'release',
        'rollback',
        'start',
        'set',
        'copy',
        'prepare',
      ],
      ...[
        'create',
        'drop',
        'alter',
        'detach',
        'reset',
        'discard',
        'call',
        'do',
        'cluster',
        'vacuum',
        'reindex',
      ],
    );
    const scripts = fc.array(fc.tuple(pieces, fc.constantFrom('', ' ', '\n')), { maxLength: 14 });
    let plain = 0;
    fc.assert(
      fc.property(scripts, fc.boolean(), (words, upper) => {
        const joined = words.flat().join('');
        const text = upper ? joined.toUpperCase() : joined;
        if (!isPlainScript(text)) return;
        plain += 1;
        // faultsOfScript itself takes this shortcut: look at what it looks at.
        const split = splitStatements(text);
        expect(split.faults).toEqual([]);
        expect(split.metaCommands).toEqual([]);
        expect(split.firstBackslashString).toBeUndefined();
        for (const statement of split.statements) {
          const { action, nonTransactional, mayCommit, sessionEffects, verb } = kindOf(text, statement);
          expect(nonTransactional).toBeUndefined();
          expect(mayCommit).toBe(false);
          if (leavesNothingInSession(text))
            expect([sessionEffects, verb === 'SELECT']).toEqual([false, false]);
          expect(['other', 'create-index', 'drop-index', 'detach-partition']).toContain(action.kind);
        }
      }),
      { numRuns: 20_000 },
    );
    expect(plain).toBeGreaterThan(1_000);
  });

  it('comes to an end on a text that is made to confuse it', () => {
    const text = `${"-- it's\n".repeat(20_000)}${' '.repeat(50_000)}'`;
    expect(isPlainScript(text)).toBe(false);
    expect(isPlainScript(`${'\n'.repeat(200_000)}x`)).toBe(true);
    expect(isPlainScript(`${';'.repeat(200_000)}x`)).toBe(true);
  });

  it('gives no faults of its own: what it lets pass has none', () => {
    expect(faultsOfScript({ path: 'm.sql', text: "SELECT 'a';" }, { transaction: true })).toEqual([]);
  });
});

describe('leavesNothingInSession', () => {
  it('is true for what creates, alters and drops', () => {
    const text = "CREATE TABLE t (a text DEFAULT 'x');\nALTER TABLE t SET (fillfactor = 70);";
    expect(leavesNothingInSession(text)).toBe(true);
  });

  it.each([
    'SELECT f();',
    'SET search_path = a;',
    'RESET ALL;',
    'LISTEN a;',
    'UNLISTEN *;',
    "LOAD 'plpgsql';",
    'DEALLOCATE ALL;',
    'DECLARE c CURSOR WITH HOLD FOR VALUES (1);',
    'PREPARE p AS VALUES (1);',
    'CREATE TEMP TABLE t ();',
    'CREATE LOCAL TEMPORARY TABLE t ();',
    'CREATE TABLE pg_temp.t ();',
    "INSERT INTO t VALUES (set_config('a', 'b', false));",
    'INSERT INTO t VALUES (pg_advisory_lock(1));',
    'CALL p();',
    'DO $$ BEGIN END $$;',
    'DISCARD TEMP;',
  ])('is false for %j', (text) => {
    expect(leavesNothingInSession(text)).toBe(false);
    expect(leavesNothingInSession(`create table a ();\n${text.toLowerCase()}`)).toBe(false);
  });
});
