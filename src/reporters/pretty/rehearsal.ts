import type { Finding } from '../../core/finding.ts';
import { worstText } from '../../core/lock-report.ts';
import { LOCK_MODES } from '../../core/measurement.ts';
import type { MeasuredStatement } from '../../core/measurement.ts';
import { placeText } from '../../core/place.ts';
import type { Rehearsal, RehearsedMigration } from '../../core/rehearsal.ts';
import type { Style } from '../../core/reporter.ts';
import { padded } from './width.ts';
import { counted, took } from './words.ts';

/** Where a rehearsal runs, how much of it, and with what. */
export function rehearsalHeading({ on, migrations, rows }: Rehearsal): string {
  const with_ = rows === 0 ? 'on empty tables' : `on empty tables, then with rows`;
  return `throwaway database on ${on} · ${counted(migrations.length, 'migration')} · ${with_}`;
}

/** A line a migration, and below it what is wrong with it. */
export function rehearsalLines(
  rehearsal: Rehearsal,
  findings: readonly Finding[],
  style: Style,
): readonly string[] {
  const { migrations } = rehearsal;
  const width = Math.max(0, ...migrations.map(({ version, name }) => version.length + name.length + 1));
  return [
    rehearsalHeading(rehearsal),
    '',
    ...migrations.flatMap((migration) => [
      migrationLine(migration, width, style),
      ...findings
        .filter(({ version }) => version === migration.version)
        .flatMap((finding) => faultLines(finding, style)),
      ...(rehearsal.shown === 'statements'
        ? migration.statements.flatMap((one) => statementLines(one, style))
        : []),
    ]),
    ...unfilledLines(rehearsal, style),
  ];
}

function migrationLine(migration: RehearsedMigration, width: number, style: Style): string {
  const { version, name, verdict, columnOrder, onlyWithoutRows, locks } = migration;
  const title = padded(`${version} ${name}`, width);
  if (verdict === 'not-run') return `  ${style.dim('·')} ${title}   not run: one before it does not go up`;
  const worst = worstText(locks);
  const facts = [timesText(migration), ...(worst === undefined ? [] : [worst])].join('   ');
  if (verdict === 'failed') {
    return onlyWithoutRows
      ? `  ${style.bad('!')} ${title}   passes on empty tables only`
      : `  ${style.bad('✗')} ${title}`;
  }
  if (verdict === 'irreversible') return `  ${style.good('✓')} ${title}   ${facts}   irreversible`;
  return columnOrder
    ? `  ${style.warn('~')} ${title}   ${facts}`
    : `  ${style.good('✓')} ${title}   ${facts}`;
}

/** `up 14 · down 9 · up 13 ms`. */
function timesText({ durations: { up, down, again } }: RehearsedMigration): string {
  const whole = (milliseconds: number): string => String(Math.round(milliseconds));
  if (down === undefined) return `up ${took(up)}`;
  return `up ${whole(up)} · down ${whole(down)} · up ${whole(again ?? 0)} ms`;
}

function faultLines({ severity, message, hint, place, code }: Finding, style: Style): readonly string[] {
  const paint = { error: style.bad, warning: style.warn, notice: style.dim }[severity];
  return [
    `      ${paint(message)}  ${style.dim(`[${code}]`)}`,
    ...(place === undefined ? [] : [`        ${placeText(place)}`]),
    ...(hint === undefined ? [] : [`        ${hint}`]),
  ];
}

/** What one statement does that others would notice; the JSON report has the rest. */
function statementLines(statement: MeasuredStatement, style: Style): readonly string[] {
  const { line, text, duration, locks, rewritten, rebuilt, scanned, written } = statement;
  const facts = [
    ...locks.filter(isNoticed).map(({ mode, relation }) => `${mode} on ${relation.name}`),
    ...rewritten.map(({ name }) => `rewrites ${name}`),
    ...rebuilt.map(({ name }) => `rebuilds ${name}`),
    ...scanned.map(({ relation }) => `reads all of ${relation.name}`),
    ...written.map(({ relation, inserted, updated, deleted }) => {
      const parts = [
        ...(inserted > 0 ? [`${inserted} inserted`] : []),
        ...(updated > 0 ? [`${updated} updated`] : []),
        ...(deleted > 0 ? [`${deleted} deleted`] : []),
      ];
      return `${relation.name}: ${parts.join(', ')}`;
    }),
  ];
  if (facts.length === 0) return [];
  return [
    style.dim(`      ${String(line).padStart(4)} │ ${text}   ${took(duration)}`),
    ...facts.map((fact) => `           ${fact}`),
  ];
}

/** Weaker locks stand in nobody's way but that of other schema changes; that on an index follows that on its table. */
function isNoticed({ relation, mode }: MeasuredStatement['locks'][number]): boolean {
  const least = relation.kind === 'index' ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE';
  return LOCK_MODES.indexOf(mode) >= LOCK_MODES.indexOf(least);
}

function unfilledLines({ unfilled }: Rehearsal, style: Style): readonly string[] {
  if (unfilled.length === 0) return [];
  return [
    '',
    ...unfilled.map(({ table, reason }) =>
      style.dim(`  · no rows for ${table.replace(/^public\./, '')}: ${reason ?? 'nothing fits'}`),
    ),
  ];
}

/** `47 of 48 roll back · worst lock: ACCESS EXCLUSIVE on lessons for 41 ms, one scan`. */
export function rehearsalSummary({ migrations, proofs }: Rehearsal): readonly string[] {
  const irreversible = migrations.filter(({ verdict }) => verdict === 'irreversible').length;
  const proven = migrations.filter(({ verdict }) => verdict === 'proven').length;
  const worst = worstText(migrations.flatMap(({ locks }) => locks));
  const parts = [
    `${proven} of ${migrations.length - irreversible} roll back`,
    ...(irreversible === 0 ? [] : [`${irreversible} irreversible`]),
    ...(worst === undefined ? [] : [`worst lock: ${worst}`]),
  ];
  return [parts.join(' · '), ...(proofs === undefined ? [] : [`proofs: ${proofs}`])];
}
