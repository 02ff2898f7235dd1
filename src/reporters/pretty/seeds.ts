import { placeText } from '../../core/place.ts';
import type { SeedOutcome, TargetReport } from '../../core/report.ts';
import type { Style } from '../../core/reporter.ts';
import { seedName } from '../../core/seed.ts';
import type { SeedCounts } from '../../core/seed.ts';
import { failureLines } from './failure.ts';
import { counted, grouped, took } from './words.ts';

const AGAIN: Readonly<Record<NonNullable<SeedOutcome['reason']>, string>> = {
  new: '',
  changed: 'changed: ',
  'rolled-back': 'again after a rollback: ',
  forced: 'again: ',
};

/** `3 to load, 9 unchanged`. */
export function seedsPlanned({
  load,
  unchanged,
}: {
  readonly load: number;
  readonly unchanged: number;
}): readonly string[] {
  if (load === 0) return [];
  return [
    `${counted(load, 'seed')} to load${unchanged === 0 ? '' : ` · ${grouped(unchanged)} unchanged`}`,
    '',
  ];
}

/** What is said of all seeds of a report. */
export function seedSection(seeds: readonly SeedOutcome[] | undefined, style: Style): readonly string[] {
  if (seeds === undefined || seeds.length === 0) return [];
  const unchanged = seeds.filter(
    ({ status, reason }) => status === 'unchanged' || reason === undefined,
  ).length;
  return [
    ...seedsPlanned({ load: seeds.length - unchanged, unchanged }),
    ...seeds.flatMap((outcome) => seedLines(outcome, style)),
  ];
}

/** One line for what became of a seed, and everything that there is to say when it failed. */
export function seedLines(outcome: SeedOutcome, style: Style): readonly string[] {
  const title = seedName(outcome);
  const again = AGAIN[outcome.reason ?? 'new'];
  switch (outcome.status) {
    case 'loaded':
      return [
        `  ${style.good('✓')} ${title.padEnd(44)} ${took(outcome.duration).padStart(9)}   ${again}${countsText(outcome.counts)}`,
      ];
    case 'unchanged':
      return [`  ${style.dim('=')} ${title.padEnd(44)} ${' '.repeat(9)}   ${style.dim('unchanged')}`];
    case 'undone':
      return [`  ${style.warn('✗')} ${title.padEnd(44)}   interrupted: rolled back, nothing of it is loaded`];
    case 'failed':
      return [`  ${style.bad('✗')} ${title}`, ...whyFailed(outcome, style), ''];
    case 'not-run':
      return [];
  }
}

/** `26 inserted`, `1 inserted, 2 updated, 23 as they were`. */
export function countsText(counts: SeedCounts | undefined): string {
  if (counts === undefined) return '';
  const { inserted, updated, unchanged = 0, deleted = 0 } = counts;
  const parts = [
    [inserted, 'inserted'],
    [updated, 'updated'],
    [deleted, 'deleted'],
    [unchanged, 'as they were'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, what]) => `${grouped(count)} ${what}`);
  return said.length === 0 ? 'no rows' : said.join(', ');
}

function whyFailed({ failure, badRows = [], path }: SeedOutcome, style: Style): readonly string[] {
  if (failure === undefined) return [];
  // The first bad row is the failure itself; the others follow, a line each.
  const others = badRows.slice(1).map((row) => {
    const column = row.column === undefined ? '' : `column ${row.column}: `;
    const state = row.sqlstate === undefined ? '' : ` (${row.sqlstate})`;
    const place = placeText({ file: path, line: row.line, column: 1 });
    return `  ${place}  ${column}${row.message}${state}${row.detail === undefined ? '' : `  ${row.detail}`}`;
  });
  const lines = failureLines(failure, style);
  if (others.length === 0) return lines;
  const end = lines.indexOf(
    '',
    lines.findIndex((line) => line.includes(failure.message)),
  );
  return [
    ...lines.slice(0, end),
    '',
    `  and ${counted(others.length, 'more bad row')}:`,
    ...others,
    ...lines.slice(end),
  ];
}

/** What loading came to, in a line. */
export function seedSummary({ seeds, error, duration }: TargetReport, command: string): readonly string[] {
  if (seeds === undefined) return [];
  if (seeds.length === 0) return command === 'seed' && error === undefined ? ['there are no seeds'] : [];
  const inState = (status: SeedOutcome['status']): number =>
    seeds.filter((seed) => seed.status === status).length;
  const sum = (of: (counts: SeedCounts) => number): number =>
    seeds.reduce((total, { counts }) => total + (counts === undefined ? 0 : of(counts)), 0);
  const [loaded, unchanged] = [inState('loaded'), inState('unchanged')];
  const time = command === 'seed' ? ` in ${took(duration)}` : '';
  if (unchanged === seeds.length) return [`nothing to load · ${counted(unchanged, 'seed')} unchanged${time}`];
  const parts = [
    `${counted(loaded, 'seed')} loaded`,
    ...(
      [
        [unchanged, 'unchanged'],
        [inState('failed'), 'failed'],
        [inState('undone'), 'interrupted'],
        [inState('not-run'), 'not run'],
      ] as const
    ).flatMap(([count, what]) => (count === 0 ? [] : [`${count} ${what}`])),
  ];
  const rows =
    loaded === 0
      ? ''
      : ` · ${countsText({ inserted: sum((c) => c.inserted), updated: sum((c) => c.updated), deleted: sum((c) => c.deleted ?? 0) })}`;
  return [`${parts.join(', ')}${time}${rows}`];
}
