import type { Finding } from '../finding.ts';
import { compareVersions } from '../migration.ts';
import type { MigrationFile } from '../migration.ts';
import { Schema } from '../schema/schema.ts';
import { withoutAllowed } from './allow.ts';
import { FindingMaker } from './findings.ts';
import { lookAtFile } from './look.ts';
import type { SqlParser } from './parser.ts';
import { replayFile } from './replay-file.ts';
import type { ReplayedFile } from './replay-file.ts';
import type { LintPair, LintSettings, Rule } from './rule.ts';

/** What to lint. */
export interface LintRequest {
  /** Of the whole project: the earlier ones are replayed. */
  readonly migrations: readonly MigrationFile[];
  readonly rules: readonly Rule[];
  readonly parser: SqlParser;
  readonly settings: LintSettings;
  /** Which files are looked at, by path; all of them where it is left out. */
  readonly selected?: ((path: string) => boolean) | undefined;
  /** Versions that are applied nowhere yet: whatever they make is new to all of them. */
  readonly fresh?: ReadonlySet<string> | undefined;
  /** Paths of files with faults of the reader, about which a syntax error would say nothing new. */
  readonly faulty?: ReadonlySet<string> | undefined;
}

const NOTHING: ReadonlySet<string> = new Set();

/** What lint found, and how much it looked at. */
export interface LintResult {
  /** By file and place. */
  readonly findings: readonly Finding[];
  readonly files: number;
  readonly statements: number;
  /** What was looked at: for what shows the locks of statements. */
  readonly replayed: readonly ReplayedFile[];
}

/**
 * Replays the migrations of a project, oldest first, and looks at each selected file with every rule that applies:
 * at migrations with what is known before each statement, at rollbacks with what is known after their migration.
 */
export function lint(request: LintRequest): LintResult {
  const { migrations, rules, parser, settings, selected = () => true, fresh = NOTHING, faulty } = request;
  const { postgres } = settings;
  const applicable = rules.filter(({ versions }) => appliesTo(versions, postgres));
  const schema = new Schema();
  const maker = new FindingMaker();
  const findings: Finding[] = [];
  const replayed: ReplayedFile[] = [];
  for (const migration of [...migrations].sort((left, right) =>
    compareVersions(left.version, right.version),
  )) {
    const { version, script, directives, rollback } = migration;
    const up = replayFile({ script, version, direction: 'up', directives, postgres, fresh }, schema, parser);
    maker.add(up.file);
    const wantsUp = selected(script.path);
    const wantsDown = rollback !== undefined && selected(rollback.script.path);
    if (!wantsUp && !wantsDown) continue;
    const down =
      rollback === undefined
        ? undefined
        : replayFile({ ...rollback, version, direction: 'down', postgres, fresh }, schema.copy(), parser);
    if (down !== undefined) maker.add(down.file);
    const looked = [
      ...(wantsUp ? [{ one: up, other: down }] : []),
      ...(wantsDown && down !== undefined ? [{ one: down, other: up }] : []),
    ];
    for (const { one, other } of looked) {
      replayed.push(one);
      const { path } = one.file;
      if (faulty?.has(path) !== true)
        findings.push(...one.faults.map((fault) => maker.syntax(one.file, fault)));
      for (const { rule, hit } of lookAtFile(one, other?.file, applicable, { settings, fresh })) {
        findings.push(maker.finding(rule, hit, one.file));
      }
    }
    const pair: LintPair = { up: up.file, down: down?.file };
    for (const rule of applicable) {
      for (const hit of rule.lookAtPair?.(pair, settings) ?? []) {
        findings.push(maker.finding(rule, hit, pair.down ?? pair.up));
      }
    }
  }
  for (const rule of applicable) {
    for (const hit of rule.lookAtEnd?.(schema, settings) ?? []) {
      if (hit.origin !== undefined && selected(hit.origin.path))
        findings.push(maker.finding(rule, hit, undefined));
    }
  }
  const files = replayed.map(({ file }) => file);
  return {
    findings: sorted(withoutAllowed(findings, files, rules)),
    files: files.length,
    statements: files.reduce((sum, { statements }) => sum + statements.length, 0),
    replayed,
  };
}

function appliesTo(versions: Rule['versions'], postgres: number): boolean {
  return postgres >= (versions?.since ?? 0) && postgres < (versions?.before ?? Infinity);
}

/** By file and place, each once: a statement in a function that is called twice is one. */
function sorted(findings: readonly Finding[]): readonly Finding[] {
  const keyOf = ({ place, code, message }: Finding): string =>
    JSON.stringify([place?.file, place?.line, place?.column, code, message]);
  const unique = new Map(findings.map((finding) => [keyOf(finding), finding]));
  return [...unique.values()].sort((left, right) => {
    const a = left.place;
    const b = right.place;
    if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
    if (a.file !== b.file) return fileOrder(a.file, b.file);
    return a.line - b.line || a.column - b.column;
  });
}

/** By file name, so that a rollback stands beside its migration; of one name, by path. */
function fileOrder(left: string, right: string): number {
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const [a, b] = [nameOf(left), nameOf(right)];
  return a === b ? (left < right ? -1 : 1) : a < b ? -1 : 1;
}
