import { EXIT } from '../../core/finding.ts';
import type { Finding } from '../../core/finding.ts';
import { didYouMean } from '../../core/suggestion.ts';
import type { TypeSettings } from '../../core/type-settings.ts';
import type { ExpressionNode } from './engine.ts';
import { relationKey } from './model.ts';
import type { ColumnModel, RelationModel } from './model.ts';
import { parseTypeText } from './type-text.ts';

/** The types that a person gave to columns, and what is wrong with them. */
export interface Overrides {
  readonly types: ReadonlyMap<ColumnModel, ExpressionNode>;
  readonly findings: readonly Finding[];
}

/** A line of a comment that gives the type: `@type { theme: string }`. */
const TYPE_LINE = /^[^\S\n]*@type[^\S\n]+(\S.*?)[^\S\n]*$/m;

/** The overrides of the configuration and of the comments; the configuration wins. */
export function overridesOf(
  relations: readonly RelationModel[],
  settings: TypeSettings,
  leftOut: ReadonlySet<string>,
): Overrides {
  const types = new Map<ColumnModel, ExpressionNode>();
  const findings: Finding[] = [];
  const unused = new Set(Object.keys(settings.overrides));
  const isConfigured = unused.size > 0;
  for (const relation of relations) {
    const table = relationKey(relation, settings.defaultSchema);
    for (const column of relation.columns) {
      // Most columns have neither, and there may be many of them.
      if (column.comment === undefined && !isConfigured) continue;
      const keys = [`${relation.schema}.${relation.name}.${column.name}`, `${table}.${column.name}`];
      const configured = keys.map((key) => settings.overrides[key]).find((text) => text !== undefined);
      for (const key of keys) unused.delete(key);
      const text = configured ?? typeInComment(column.comment);
      if (text === undefined) continue;
      const parsed = parseTypeText(text);
      if (parsed.problem === undefined) types.set(column, parsed.value);
      else {
        const where = configured === undefined ? 'its comment' : 'types.overrides';
        const problem = `the type of ${table}.${column.name} in ${where} cannot be read: ${parsed.problem}`;
        findings.push(fault(problem, parsed.hint ?? ''));
      }
    }
  }
  const prefix = `${settings.defaultSchema}.`;
  for (const key of unused) {
    const short = key.startsWith(prefix) ? key.slice(prefix.length) : key;
    // A column of a table that was left out on purpose is no mistake.
    if (leftOut.has(short.slice(0, short.lastIndexOf('.')))) continue;
    const known = relations
      .filter((relation) => short.startsWith(relationKey(relation, settings.defaultSchema)))
      .flatMap((relation) =>
        relation.columns.map(({ name }) => `${relationKey(relation, settings.defaultSchema)}.${name}`),
      );
    const hint = known.length === 0 ? 'write table.column or schema.table.column' : didYouMean(short, known);
    findings.push(fault(`types.overrides names ${key}, which is no column`, hint));
  }
  return { types, findings };
}

/** The type that a comment gives, and the comment without that line. */
export function typeInComment(comment: string | undefined): string | undefined {
  return comment === undefined ? undefined : TYPE_LINE.exec(comment.replaceAll(/\r\n?/g, '\n'))?.[1];
}

/** What of a comment is for people. */
export function commentWithoutType(comment: string | undefined): string | undefined {
  return comment?.replaceAll(/\r\n?/g, '\n').replace(TYPE_LINE, '');
}

function fault(message: string, hint: string): Finding {
  return { code: 'type-override', severity: 'error', message, hint, exitCode: EXIT.usage };
}
