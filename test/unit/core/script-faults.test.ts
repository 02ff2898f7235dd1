import { describe, expect, it } from 'vitest';
import { decodeScript, faultsOfScript } from '../../../src/core/script-faults.ts';

const path = 'migrations/lms/1-a.sql';
const inTransaction = { transaction: true };
const alone = { transaction: false };

function faults(text: string, options = inTransaction): readonly string[] {
  return faultsOfScript({ path, text }, options).map(
    ({ code, message, place }) => `${place?.line ?? 0}:${place?.column ?? 0} ${code}: ${message}`,
  );
}

describe('faultsOfScript', () => {
  it('finds nothing in a file without faults', () => {
    expect(faults('CREATE TABLE t (a int);\nSELECT 1; DO $$ BEGIN NULL; END $$; CALL p();')).toEqual([]);
    expect(faults('CREATE INDEX CONCURRENTLY ON t (a); VACUUM; CALL p();', alone)).toEqual([]);
    expect(faults('')).toEqual([]);
  });

  it('gives a finding with its place, its next step and the exit code of a usage error', () => {
    expect(faultsOfScript({ path, text: 'SELECT 1;\n  VACUUM t;' }, inTransaction)).toEqual([
      {
        code: 'non-transactional-statement',
        severity: 'error',
        message: 'VACUUM cannot run inside a transaction (SQLSTATE 25001), and this file runs in one',
        hint: 'write "-- @transaction off" as the first line of the file, best of a file with this statement alone',
        place: { file: path, line: 2, column: 3 },
        exitCode: 2,
      },
    ]);
  });

  it.each<[text: string, fault: string, hint: string]>([
    [
      'SELECT 1;\0',
      '1:10 nul-byte: the file holds a NUL byte: PostgreSQL would read nothing after it',
      'remove the byte; a file full of them was saved as UTF-16: save it as UTF-8',
    ],
    [
      "-- a\nSELECT 1, 'b;\n",
      "2:11 unterminated: unterminated string: the ' opened on line 2, column 11 has no closing '",
      "close it with '; a ' inside a string is written twice: ''",
    ],
    [
      "SELECT E'b\\'",
      "1:8 unterminated: unterminated string: the E' opened on line 1, column 8 has no closing '",
      "close it with '; a ' inside a string is written twice: ''",
    ],
    [
      "SELECT 'Привіт 😀', \"b",
      '1:20 unterminated: unterminated quoted identifier: the " opened on line 1, column 20 has no closing "',
      'close it with "; a " inside an identifier is written twice: ""',
    ],
    [
      'DO $body$ BEGIN END $Body$;',
      '1:4 unterminated: unterminated dollar-quoted string: the $body$ opened on line 1, column 4 has no closing $body$',
      'close it with $body$, in the same upper and lower case',
    ],
    [
      'SELECT 1; /* a /* b */',
      '1:11 unterminated: unterminated comment: the /* opened on line 1, column 11 has no closing */',
      'close it with */; comments nest, so every /* inside it needs a */ of its own',
    ],
    [
      'CREATE FUNCTION f() RETURNS int\r\nBEGIN ATOMIC SELECT 1 END;',
      '2:1 unterminated: unterminated function body: the BEGIN ATOMIC opened on line 2, column 1 has no closing END',
      'end the last statement of the body with a semicolon and write END; after it',
    ],
    [
      '\\connect lms',
      '1:1 psql-meta-command: \\connect is a command of psql; lms-db sends SQL to the server, which does not know it',
      'remove the line; --url or the config says which database the file runs in',
    ],
    [
      "SELECT '😀' \\gset",
      '1:12 psql-meta-command: \\gset is a command of psql; lms-db sends SQL to the server, which does not know it',
      'end the statement with a semicolon',
    ],
    [
      '\\i other.sql',
      '1:1 psql-meta-command: \\i is a command of psql; lms-db sends SQL to the server, which does not know it',
      'write the SQL of that file here, or make it a migration of its own',
    ],
    [
      '\\restrict abc',
      '1:1 psql-meta-command: \\restrict is a command of psql; lms-db sends SQL to the server, which does not know it',
      'remove the line: pg_dump writes it for psql',
    ],
    [
      '\\! ls',
      '1:1 psql-meta-command: \\! is a command of psql; lms-db sends SQL to the server, which does not know it',
      'remove the line',
    ],
    [
      'COPY t FROM STDIN;',
      '1:1 copy-from-stdin: COPY … FROM STDIN waits for rows from the client, and a file that lms-db sends has none',
      'put the rows into seeds/<project>/<environment>/<table>.csv, or write INSERT',
    ],
    [
      'COPY (SELECT 1) TO STDOUT;',
      '1:1 copy-to-stdout: COPY … TO STDOUT sends rows to the client, and lms-db has nowhere to put them',
      'remove it; a query whose rows matter is a check: checks/<project>/',
    ],
    [
      'SELECT 1; COMMIT;',
      '1:11 transaction-control: COMMIT is refused: lms-db opens and ends the transaction, so that the file and its record commit together',
      'remove it; statements that cannot run in a transaction go into a file of their own that starts with "-- @transaction off"',
    ],
    [
      "PREPARE TRANSACTION 'a';",
      '1:1 prepare-transaction: PREPARE TRANSACTION is refused: it leaves a transaction that keeps its locks after the run, even after a restart of the server, until somebody ends it by hand',
      'remove it; lms-db commits the file and its record together',
    ],
    [
      'DISCARD ALL;',
      '1:1 discard-all: DISCARD ALL is refused: it takes away the lock_timeout and the other settings that lms-db made for this file',
      'remove it; lms-db resets the session after each file',
    ],
    [
      "SET standard_conforming_strings = off; SELECT 'a\\'';",
      '1:47 backslash-string: this string has a backslash after SET standard_conforming_strings = off, and its meaning depends on when PostgreSQL reads it: a file in one transaction is read before its SET runs',
      "write the string as E'…', which means the same everywhere, and remove the SET",
    ],
    [
      'CREATE INDEX CONCURRENTLY ON t (a);',
      '1:1 non-transactional-statement: CREATE INDEX CONCURRENTLY cannot run inside a transaction (SQLSTATE 25001), and this file runs in one',
      'write "-- @transaction off" as the first line of the file, best of a file with this statement alone',
    ],
  ])('refuses %j', (text, fault, hint) => {
    expect(faults(text)).toEqual([fault]);
    expect(faultsOfScript({ path, text }, inTransaction)[0]?.hint).toBe(hint);
  });

  it('refuses transaction control without a transaction too, for another reason', () => {
    expect(faultsOfScript({ path, text: 'BEGIN;' }, alone)).toMatchObject([
      {
        code: 'transaction-control',
        message:
          'BEGIN is refused: a file with "@transaction off" runs its statements one at a time and records each of them',
        hint: 'remove it; statements that belong into one transaction go into a file without "@transaction off"',
      },
    ]);
  });

  it('refuses the rest without a transaction as well', () => {
    const text = "\\x\nDISCARD ALL; PREPARE TRANSACTION 'a'; COPY t FROM STDIN; COPY t TO STDOUT; SELECT '";
    expect(faultsOfScript({ path, text }, alone).map((fault) => fault.code)).toEqual([
      'psql-meta-command',
      'discard-all',
      'prepare-transaction',
      'copy-from-stdin',
      'copy-to-stdout',
      'unterminated',
    ]);
  });

  it('takes a backslash in a plain string where each statement is sent alone', () => {
    expect(faults("SET standard_conforming_strings = off; SELECT 'a\\'';", alone)).toEqual([]);
    expect(faults("SET standard_conforming_strings = off; SELECT E'a\\'', 'b';")).toEqual([]);
  });

  it('gives all faults of a file, in order of place', () => {
    const text = "BEGIN;\n\\echo a\nSELECT 1 \\g\nVACUUM;\nCOMMIT;\nSELECT 'a;";
    expect(
      faultsOfScript({ path, text }, inTransaction).map(({ code, place }) => `${place?.line ?? 0} ${code}`),
    ).toEqual([
      '1 transaction-control',
      '2 psql-meta-command',
      '3 psql-meta-command',
      '4 non-transactional-statement',
      '5 transaction-control',
      '6 unterminated',
    ]);
  });

  it('reports a COPY and not the rows after it', () => {
    const text = 'COPY t FROM stdin;\n1\tit\'s; \\N\n2\t$$ /* "\n\\.\nCOMMIT;\n';
    expect(
      faultsOfScript({ path, text }, inTransaction).map(({ code, place }) => `${place?.line ?? 0} ${code}`),
    ).toEqual(['1 copy-from-stdin', '5 transaction-control']);
  });

  it('looks into no string, comment or body', () => {
    expect(
      faults(`
        -- COMMIT; \\connect
        /* COMMIT; */
        SELECT 'COMMIT; \\connect', "COMMIT;";
        DO $$ BEGIN COMMIT; END $$;
        CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;
        CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);`),
    ).toEqual([]);
  });
});

describe('decodeScript', () => {
  const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from([part]))));

  it('reads UTF-8', () => {
    expect(decodeScript(path, bytes("SELECT 'é😀';\r\n"))).toEqual({
      text: "SELECT 'é😀';\r\n",
      byteOrderMark: false,
    });
    expect(decodeScript(path, bytes())).toEqual({ text: '', byteOrderMark: false });
  });

  it('takes off one byte order mark at the start, and no other', () => {
    expect(decodeScript(path, bytes('\ufeffa\ufeff'))).toEqual({ text: 'a\ufeff', byteOrderMark: true });
    expect(decodeScript(path, bytes('\ufeff\ufeff'))).toEqual({ text: '\ufeff', byteOrderMark: true });
  });

  it.each<[what: string, content: Uint8Array, message: string, line: number, column: number]>([
    ['Latin-1', bytes('a\nb é 😀', 0xe9, 'c'), 'byte 0xE9 on line 2, column 6 is not UTF-8', 2, 6],
    ['Windows-1251', bytes(0xcf, 0xf0, 0xe8), 'byte 0xCF on line 1, column 1 is not UTF-8', 1, 1],
    ['a byte without its lead', bytes('a', 0x80), 'byte 0x80 on line 1, column 2 is not UTF-8', 1, 2],
    ['an overlong form', bytes('a', 0xc0, 0xaf), 'byte 0xC0 on line 1, column 2 is not UTF-8', 1, 2],
    [
      'an overlong form of three',
      bytes(0xe0, 0x80, 0xaf),
      'byte 0xE0 on line 1, column 1 is not UTF-8',
      1,
      1,
    ],
    ['a surrogate', bytes('\r\n', 0xed, 0xa0, 0x80), 'byte 0xED on line 2, column 1 is not UTF-8', 2, 1],
    ['beyond U+10FFFF', bytes(0xf4, 0x90, 0x80, 0x80), 'byte 0xF4 on line 1, column 1 is not UTF-8', 1, 1],
    [
      'a character cut off',
      bytes('ab', 0xf0, 0x9f, 0x98),
      'byte 0xF0 on line 1, column 3 is not UTF-8',
      1,
      3,
    ],
    ['a byte after a mark', bytes('\ufeffa', 0xff), 'byte 0xFF on line 1, column 2 is not UTF-8', 1, 2],
    [
      'UTF-16, little endian',
      Buffer.from('\ufeffSELECT 1;', 'utf16le'),
      'the file is UTF-16 (little endian, by its byte order mark); lms-db reads UTF-8',
      1,
      1,
    ],
    [
      'UTF-16, big endian',
      Buffer.from('\ufeffSELECT 1;', 'utf16le').swap16(),
      'the file is UTF-16 (big endian, by its byte order mark); lms-db reads UTF-8',
      1,
      1,
    ],
  ])('refuses %s', (_, content, message, line, column) => {
    expect(decodeScript(path, content)).toEqual({
      fault: {
        code: 'not-utf8',
        severity: 'error',
        message,
        hint: 'save the file as UTF-8',
        place: { file: path, line, column },
        exitCode: 2,
      },
    });
  });
});
