import type { Schema } from '../schema/schema.ts';
import { isNew } from './replay-file.ts';
import type { ReplayedFile } from './replay-file.ts';
import type { FileContext, Hit, LintSettings, Rule, StatementContext } from './rule.ts';
import type { LintFile, LintStatement } from './statement.ts';

/** What a rule found, with the rule. */
export interface RuleHit {
  readonly rule: Rule;
  readonly hit: Hit;
}

/** Looks at one file with every rule. */
export function lookAtFile(
  { file, executed }: ReplayedFile,
  counterpart: LintFile | undefined,
  rules: readonly Rule[],
  { settings, fresh }: { readonly settings: LintSettings; readonly fresh: ReadonlySet<string> },
): readonly RuleHit[] {
  const here = rules.filter(({ direction }) => direction === undefined || direction === file.direction);
  const contextAt = (schema: Schema): FileContext => ({
    ...settings,
    file,
    counterpart,
    isNew: (name) => isNew(schema, name, { script: file, direction: file.direction, fresh }),
  });
  const hits: RuleHit[] = [];
  for (const [index, { statement, schema, effects }] of executed.entries()) {
    const context: StatementContext = {
      ...contextAt(schema),
      schema,
      earlier: executed.slice(0, index),
      effects,
    };
    hits.push(...looked(here, statement, context));
    // What stands in a body and is not executed, for the rules that ask for it.
    const inside = here.filter(({ insideBodies }) => insideBodies === true);
    for (const inner of bodyStatements(statement)) {
      hits.push(...looked(inside, inner, { ...context, effects: [] }));
    }
  }
  for (const rule of here) {
    const found = rule.lookAtFile?.(file, contextAt(file.after)) ?? [];
    hits.push(...found.map((hit) => ({ rule, hit })));
  }
  return hits;
}

function looked(
  rules: readonly Rule[],
  statement: LintStatement,
  context: StatementContext,
): readonly RuleHit[] {
  return rules.flatMap((rule) =>
    (rule.look?.(statement, context) ?? []).map((hit) => ({
      rule,
      hit: { ...hit, offset: hit.offset ?? statement.offset },
    })),
  );
}

function bodyStatements(statement: LintStatement): readonly LintStatement[] {
  return statement.bodies.flatMap(({ statements }) =>
    statements
      .filter(({ nesting }) => nesting.in === 'body')
      .flatMap((inner) => [inner, ...bodyStatements(inner)]),
  );
}
