import { describe, expect, it } from 'vitest';
import { NO_DIRECTIVES } from '../../../src/core/directive-table.ts';
import type { MigrationFile } from '../../../src/core/migration.ts';
import {
  chainsOf,
  parsedProofs,
  proofsAfter,
  proofStates,
  proofsText,
} from '../../../src/core/rehearsal-proof.ts';
import type { Rehearsal, RehearsedMigration } from '../../../src/core/rehearsal.ts';

const file = (version: string, checksum = version, rollback = `r${version}`): MigrationFile => ({
  version,
  name: `m${version}`,
  fileName: `${version}-m${version}.sql`,
  script: { path: `migrations/${version}.sql`, text: '', checksum },
  directives: NO_DIRECTIVES,
  rollback: {
    script: { path: `rollbacks/${version}.sql`, text: '', checksum: rollback },
    directives: NO_DIRECTIVES,
  },
});

const migration = (version: string, facts: Partial<RehearsedMigration> = {}): RehearsedMigration => ({
  version,
  name: `m${version}`,
  verdict: 'proven',
  rows: true,
  onlyWithoutRows: false,
  columnOrder: false,
  durations: { up: 1 },
  statements: [],
  locks: [],
  apart: false,
  ...facts,
});

const rehearsal = (...migrations: readonly RehearsedMigration[]): Rehearsal => ({
  on: 'embedded PostgreSQL 18.4',
  serverVersion: '18.4',
  rows: 3,
  migrations,
  unfilled: [],
  shown: 'worst',
});

const FILES = [file('001'), file('002'), file('003')];

describe('chainsOf', () => {
  it('changes for a migration and everything after it when its text, rollback or guard changes', () => {
    const before = chainsOf(FILES);
    for (const changed of [
      file('002', 'other'),
      file('002', '002', 'other'),
      { ...file('002'), guard: { path: 'checks/002.sql', text: '', checksum: 'g', checks: [] } },
      { ...file('002'), rollback: undefined },
    ]) {
      const after = chainsOf([FILES[0] ?? file('001'), changed, file('003')]);
      expect(after.get('001')).toBe(before.get('001'));
      expect(after.get('002')).not.toBe(before.get('002'));
      expect(after.get('003')).not.toBe(before.get('003'));
    }
  });
});

describe('proofs', () => {
  const all = proofsAfter(
    'app',
    FILES,
    undefined,
    rehearsal(...FILES.map(({ version }) => migration(version))),
  );

  it('are read back as they were written, a line a migration', () => {
    const text = proofsText(all);
    expect(parsedProofs(text)).toEqual(all);
    expect(text.split('\n').filter((line) => line.includes('"version"'))).toHaveLength(3);
    expect(parsedProofs(proofsText({ ...all, migrations: [] }))?.migrations).toEqual([]);
  });

  it.each([
    '',
    '{',
    '[]',
    '{"formatVersion":2,"project":"a","migrations":[]}',
    '{"formatVersion":1,"project":"a","migrations":[{"version":"1"}]}',
  ])('are not read from %j', (text) => {
    expect(parsedProofs(text)).toBeUndefined();
  });

  it('are stale for a migration that changed and for those after it, and missing for a new one', () => {
    const files = [file('001'), file('002', 'edited'), file('003'), file('004')];
    expect([...proofStates(files, all).values()]).toEqual(['proven', 'stale', 'stale', 'missing']);
    expect([...proofStates(FILES, undefined).values()]).toEqual(['missing', 'missing', 'missing']);
  });

  it('keep what was not rehearsed again, forget files that are gone, and take no proof with rows back', () => {
    const again = proofsAfter(
      'app',
      [file('001'), file('002'), file('004')],
      all,
      rehearsal(
        migration('001', { rows: false }),
        migration('002', { verdict: 'failed' }),
        migration('004', { verdict: 'not-run' }),
      ),
    );
    expect(again.migrations).toMatchObject([
      { version: '001', verdict: 'proven', rows: true },
      { version: '002', verdict: 'failed' },
    ]);
    expect(again.migrations).toHaveLength(2);
  });
});
