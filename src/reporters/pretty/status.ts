import type { Finding } from '../../core/finding.ts';
import type { MigrationStatus } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { impactLines } from './impact.ts';
import { minute, took } from './words.ts';

/** What a finding says in the line of its migration; the finding itself follows below with its next step. */
const IN_SHORT: Readonly<Record<string, string>> = {
  changed: 'changed after it was applied',
  'changed-rollback': 'its rollback changed after it was applied',
  'changed-guard': 'its guard changed after it was applied',
  'missing-file': 'its file is missing',
  renamed: 'renamed after it was applied',
  'out-of-order': 'older than the newest applied: out of order',
  'cosmetic-edit': 'cosmetic edit',
};

/** A line for each migration: applied, pending, interrupted, or something to look at. */
export function statusLines(
  migrations: readonly MigrationStatus[],
  findings: readonly Finding[],
  style: Style,
): readonly string[] {
  if (migrations.length === 0) return ['  there are no migrations yet'];
  const longest = (texts: readonly string[]): number =>
    texts.reduce((most, text) => Math.max(most, text.length), 0);
  const width = longest(migrations.map(({ version, name }) => `${version} ${name}`));
  const by = longest(migrations.map(({ appliedBy }) => appliedBy ?? ''));
  const findingsOf = new Map<string | undefined, Finding[]>();
  for (const finding of findings) {
    findingsOf.set(finding.version, [...(findingsOf.get(finding.version) ?? []), finding]);
  }
  return migrations.flatMap((migration) => {
    const about = findingsOf.get(migration.version) ?? [];
    const title = `${migration.version} ${migration.name}`.padEnd(width);
    const short = about.map(({ code }) => IN_SHORT[code] ?? code).join(', ');
    return [
      `  ${markOf(migration, about, style)} ${title}   ${factsOf(migration, by, short)}`.trimEnd(),
      ...impactLines(migration, style),
    ];
  });
}

function markOf(migration: MigrationStatus, about: readonly Finding[], style: Style): string {
  if (about.some((finding) => finding.severity === 'error')) return style.bad('!');
  if (migration.state === 'applied') return style.good('✓');
  return migration.state === 'pending' ? '○' : style.warn('◐');
}

function factsOf(migration: MigrationStatus, by: number, short: string): string {
  switch (migration.state) {
    case 'applied': {
      const { appliedAt = '', appliedBy = '', duration = 0 } = migration;
      const facts = `${minute(appliedAt)}   ${appliedBy.padEnd(by)} ${took(duration).padStart(9)}`;
      return short === '' ? facts : `${facts}   ${short}`;
    }
    case 'pending':
      return short === '' ? 'pending' : `pending, but ${short}`;
    case 'interrupted':
      return 'interrupted half way: the next run goes on with it';
  }
}
