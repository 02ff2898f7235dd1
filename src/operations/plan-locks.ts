import { lint } from '../core/lint/lint.ts';
import type { SqlParser } from '../core/lint/parser.ts';
import type { ReplayedStatement } from '../core/lint/replay-file.ts';
import { isNew } from '../core/lint/replay-file.ts';
import type { LintSettings } from '../core/lint/rule.ts';
import type { LintFile } from '../core/lint/statement.ts';
import { atLeast, stronger } from '../core/locks/effect.ts';
import type { Effect, Lock } from '../core/locks/effect.ts';
import type { MigrationFile } from '../core/migration.ts';
import { placeAt } from '../core/place.ts';
import type { Plan } from '../core/plan.ts';
import type { RelationLock, StatementLocks } from '../core/report.ts';
import { nameText } from '../core/schema/names.ts';
import { RULES } from '../rules/all.ts';

/**
 * The locks that the statements of a plan take on what is there before it, by what the files say, and what lint says
 * of them. What the plan itself makes counts as new.
 */
export function planLocks(
  files: readonly MigrationFile[],
  plan: Plan,
  settings: LintSettings,
  parser: SqlParser,
): readonly StatementLocks[] {
  const paths = new Set(plan.steps.map(({ script }) => script.path));
  const fresh = new Set(plan.steps.map(({ version }) => version));
  const selected = (path: string): boolean => paths.has(path);
  const { replayed, findings } = lint({ migrations: files, rules: RULES, parser, settings, selected, fresh });
  return replayed.flatMap(({ file, executed }) => {
    const all = executed.map((one) => ({ one, place: placeAt(file.path, file.text, one.statement.offset) }));
    return all.flatMap(({ one, place }, index): readonly StatementLocks[] => {
      const next = all[index + 1]?.place;
      const own = findings.filter(
        ({ place: at, severity }) =>
          severity !== 'notice' &&
          at?.file === file.path &&
          !before(at, place) &&
          (next === undefined || before(at, next)),
      );
      const locks = locksOf(one, file, fresh);
      if (locks.length === 0 && own.length === 0) return [];
      const found = [...new Map(own.map(({ code, severity }) => [code, { code, severity }])).values()];
      return [{ version: file.version, place, locks, findings: found }];
    });
  });
}

interface Position {
  readonly line: number;
  readonly column: number;
}

function before(left: Position, right: Position): boolean {
  return left.line < right.line || (left.line === right.line && left.column < right.column);
}

/** The strongest lock on each relation that others may be using; what every query and write takes is left out. */
function locksOf(
  { effects, schema }: ReplayedStatement,
  file: LintFile,
  fresh: ReadonlySet<string>,
): readonly RelationLock[] {
  const found = new Map<string, { lock: Lock; work: Effect['work'] }>();
  for (const { relation, kind, lock, work } of effects) {
    if (kind === 'index' || !atLeast(lock, 'SHARE UPDATE EXCLUSIVE')) continue;
    if (isNew(schema, relation, { script: file, direction: file.direction, fresh })) continue;
    const name = nameText(relation);
    const known = found.get(name);
    found.set(name, {
      lock: known === undefined ? lock : stronger(known.lock, lock),
      work: work ?? known?.work,
    });
  }
  return [...found].map(([relation, { lock, work }]) => ({ relation, lock, work }));
}
