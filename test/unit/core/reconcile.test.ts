import { describe, expect, it } from 'vitest';
import { tokenChecksumOf } from '../../../src/core/checksum.ts';
import { placeText } from '../../../src/core/place.ts';
import { reconcile } from '../../../src/core/reconcile.ts';
import type { MigrationFile } from '../../../src/core/migration.ts';
import { file, stateOf } from '../../support/migrations.ts';

/** What comes of these files against a history of others: code, severity, exit code, place, message. */
function findings(
  files: readonly MigrationFile[],
  applied: readonly MigrationFile[],
  allowOutOfOrder = false,
): string[] {
  return reconcile(files, stateOf(applied), { tokenChecksumOf, allowOutOfOrder }).map((finding) => {
    const place = finding.place === undefined ? '-' : placeText(finding.place);
    return `${finding.code} ${finding.severity} ${finding.exitCode} ${place} | ${finding.message}`;
  });
}

const a = file('0001-a');
const b = file('0002-b');
const c = file('0003-c');
const guard = '-- @check one\nselect 1 where false;';

describe('reconcile', () => {
  it.each<[what: string, files: MigrationFile[], applied: MigrationFile[]]>([
    ['no files and no history', [], []],
    ['nothing applied', [a, b], []],
    ['everything applied', [a, b], [a, b]],
    ['some applied', [a, b, c], [a, b]],
    ['applied in another order than that of the versions', [a, b], [b, a]],
    [
      'a migration without rollback',
      [file('0001-a', { down: undefined })],
      [file('0001-a', { down: undefined })],
    ],
    ['a migration with its guard', [file('0001-a', { guard })], [file('0001-a', { guard })]],
    ['other line ends', [file('0001-a', { up: 'select 1;\r\n' })], [file('0001-a', { up: 'select 1;\n' })]],
  ])('finds nothing with %s', (_, files, applied) => {
    expect(findings(files, applied)).toEqual([]);
  });

  it.each<[what: string, files: MigrationFile[], applied: MigrationFile[], expected: string[]]>([
    [
      'a migration that was edited after it was applied',
      [file('0001-a', { up: 'create table "a" (id int);' })],
      [a],
      ['changed error 4 migrations/0001-a.sql:1:1 | migrations/0001-a.sql changed after it was applied'],
    ],
    [
      'a change of case, which quotes could make matter',
      [file('0001-a', { up: 'CREATE table "a" ();' })],
      [a],
      ['changed error 4 migrations/0001-a.sql:1:1 | migrations/0001-a.sql changed after it was applied'],
    ],
    [
      'an edit in comments and white space',
      [file('0001-a', { up: '-- why\ncreate table "a" (\n);\n' })],
      [a],
      [
        'cosmetic-edit notice 0 migrations/0001-a.sql:1:1 | migrations/0001-a.sql changed after it was applied, in comments or white space only',
      ],
    ],
    [
      'a rollback that was edited',
      [file('0001-a', { down: 'drop table if exists "a";' })],
      [a],
      [
        'changed-rollback error 4 rollbacks/0001-a.sql:1:1 | rollbacks/0001-a.sql changed after it was applied',
      ],
    ],
    [
      'a cosmetic edit of a rollback',
      [file('0001-a', { down: 'drop table "a"' })],
      [a],
      [
        'cosmetic-edit notice 0 rollbacks/0001-a.sql:1:1 | rollbacks/0001-a.sql changed after it was applied, in comments or white space only',
      ],
    ],
    [
      'a rollback that was removed',
      [file('0001-a', { down: undefined })],
      [a],
      ['changed-rollback error 4 - | the rollback of 0001 was removed after the migration was applied'],
    ],
    [
      'a rollback that was added',
      [a],
      [file('0001-a', { down: undefined })],
      [
        'changed-rollback error 4 rollbacks/0001-a.sql:1:1 | rollbacks/0001-a.sql was added after its migration was applied, so it never ran',
      ],
    ],
    [
      'a guard that was edited',
      [file('0001-a', { guard: '-- @check one\nselect 2 where false;' })],
      [file('0001-a', { guard })],
      ['changed-guard error 4 checks/0001-a.sql:1:1 | checks/0001-a.sql changed after it was applied'],
    ],
    [
      'a guard that was added',
      [file('0001-a', { guard })],
      [a],
      [
        'changed-guard error 4 checks/0001-a.sql:1:1 | checks/0001-a.sql was added after its migration was applied, so it never ran',
      ],
    ],
    [
      'a guard that was removed',
      [a],
      [file('0001-a', { guard })],
      ['changed-guard error 4 - | the guard of 0001 was removed after the migration was applied'],
    ],
    [
      'a file that is gone',
      [b],
      [a, b],
      ['missing-file error 4 - | 0001-a is applied, but its file is not here'],
    ],
    [
      'another description of the same version',
      [file('0001-x', { up: a.script.text, down: a.rollback?.script.text })],
      [a],
      ['renamed error 4 migrations/0001-x.sql:1:1 | migrations/0001-x.sql was applied under the name 0001-a'],
    ],
    [
      'another description and another text of the same version',
      [file('0001-x')],
      [a],
      [
        'renamed error 4 migrations/0001-x.sql:1:1 | migrations/0001-x.sql was applied under the name 0001-a',
        'changed error 4 migrations/0001-x.sql:1:1 | migrations/0001-x.sql changed after it was applied',
        'changed-rollback error 4 rollbacks/0001-x.sql:1:1 | rollbacks/0001-x.sql changed after it was applied',
      ],
    ],
    [
      'a newer version of the same file',
      [a, file('0005-b')],
      [a, b],
      ['renamed error 4 migrations/0005-b.sql:1:1 | 0002-b was renamed to 0005-b.sql after it was applied'],
    ],
    [
      'an older version of the same file, which is not out of order as well',
      [a, file('0002-c')],
      [a, c],
      ['renamed error 4 migrations/0002-c.sql:1:1 | 0003-c was renamed to 0002-c.sql after it was applied'],
    ],
    [
      'two equal files of which one was renamed',
      [file('0001-a', { up: 'select 1;' }), file('0003-b', { up: 'select 1;' })],
      [file('0001-a', { up: 'select 1;' }), file('0002-b', { up: 'select 1;' })],
      ['renamed error 4 migrations/0003-b.sql:1:1 | 0002-b was renamed to 0003-b.sql after it was applied'],
    ],
    [
      'two equal files that were both renamed, each to its own',
      [file('0003-a', { up: 'select 1;' }), file('0004-b', { up: 'select 1;' })],
      [file('0001-a', { up: 'select 1;' }), file('0002-b', { up: 'select 1;' })],
      [
        'renamed error 4 migrations/0003-a.sql:1:1 | 0001-a was renamed to 0003-a.sql after it was applied',
        'renamed error 4 migrations/0004-b.sql:1:1 | 0002-b was renamed to 0004-b.sql after it was applied',
      ],
    ],
    [
      'a pending file older than the newest applied one',
      [a, b, c],
      [a, c],
      [
        'out-of-order error 4 migrations/0002-b.sql:1:1 | 0002 b is pending, but older than the newest applied, 0003: out of order',
      ],
    ],
    [
      'versions of different width by their number',
      [file('9-a'), file('10-b')],
      [file('10-b')],
      [
        'out-of-order error 4 migrations/9-a.sql:1:1 | 9 a is pending, but older than the newest applied, 10: out of order',
      ],
    ],
    [
      'several at once',
      [file('0001-a', { up: 'select 2;' }), b],
      [a, c],
      [
        'changed error 4 migrations/0001-a.sql:1:1 | migrations/0001-a.sql changed after it was applied',
        'missing-file error 4 - | 0003-c is applied, but its file is not here',
        'out-of-order error 4 migrations/0002-b.sql:1:1 | 0002 b is pending, but older than the newest applied, 0003: out of order',
      ],
    ],
  ])('names %s', (_, files, applied, expected) => {
    expect(findings(files, applied)).toEqual(expected);
  });

  it('only warns about the order where that is allowed', () => {
    expect(findings([a, b, c], [a, c], true)).toEqual([
      'out-of-order warning 4 migrations/0002-b.sql:1:1 | 0002 b is pending, but older than the newest applied, 0003: out of order',
    ]);
  });

  it('says what to do', () => {
    const hints = (
      files: readonly MigrationFile[],
      applied: readonly MigrationFile[],
    ): (string | undefined)[] =>
      reconcile(files, stateOf(applied), { tokenChecksumOf }).map(({ hint }) => hint);
    expect(hints([file('0001-a', { up: 'select 2;' })], [a])).toEqual([
      'applied migrations are immutable: restore the file and write a new migration',
    ]);
    expect(hints([file('0001-a', { down: 'select 2;' })], [a])).toEqual([
      'restore the file; the rollback that was stored when the migration was applied is the one that `down` runs',
    ]);
    expect(hints([file('0001-a', { guard })], [a])).toEqual([
      'restore the file; a check that holds for every version belongs into a checks file with another name',
    ]);
    expect(hints([], [a])).toEqual([
      'restore the file, or check out the branch that has it; `lms-db down` can still roll it back from the history',
    ]);
    expect(hints([file('0002-a')], [a])).toEqual([
      'give the file its old name back: its version is what the database remembers',
    ]);
    expect(hints([a, b], [b])).toEqual([
      'give it a newer version, or run it all the same with `lms-db up --allow-out-of-order`',
    ]);
    expect(hints([file('0001-a', { up: 'create table "a" ()' })], [a])).toEqual([undefined]);
  });

  it('asks for the tokens only of what changed', () => {
    const asked: string[] = [];
    const policy = { tokenChecksumOf: (text: string) => (asked.push(text), '') };
    reconcile([a, file('0002-b', { up: 'select 2;' }), c], stateOf([a, b, c]), policy);
    expect(asked).toEqual(['select 2;']);
  });
});
