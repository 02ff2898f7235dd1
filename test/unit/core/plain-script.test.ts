import { describe, expect, it } from 'vitest';
import { isPlainScript } from '../../../src/core/plain-script.ts';
import { faultsOfScript } from '../../../src/core/script-faults.ts';
import { NON_TRANSACTIONAL } from '../../../src/core/statement-kind.ts';

describe('isPlainScript', () => {
  it('is true for everyday statements', () => {
    expect(
      isPlainScript('-- Creates t\nCREATE TABLE t (id bigint PRIMARY KEY);\nCREATE INDEX i ON t (id);\n'),
    ).toBe(true);
    expect(isPlainScript('DROP TABLE t;')).toBe(true);
  });

  it.each([
    "SELECT 'a",
    'SELECT "a',
    'SELECT $a$ x',
    '/* x',
    'create function f() returns int begin atomic select 1;',
    '\\i other.sql',
    'select 1 \\gset',
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
    'a \0 b',
    ...NON_TRANSACTIONAL.map(({ statement }) => statement),
  ])('is false for what may be a fault: %j', (text) => {
    expect(isPlainScript(text)).toBe(false);
    expect(isPlainScript(text.toLowerCase())).toBe(false);
  });

  it('never hides a fault', () => {
    const pieces = [
      'create table t ();',
      'vacuum;',
      "select 'x",
      'reindex table t;',
      'drop table t;',
      'commit',
      '\\q',
      '/*',
      '$$',
    ];
    for (const first of pieces) {
      for (const second of pieces) {
        const text = `${first}\n${second}`;
        if (faultsOfScript({ path: 'm.sql', text }, { transaction: true }).length > 0)
          expect(isPlainScript(text)).toBe(false);
      }
    }
  });
});
