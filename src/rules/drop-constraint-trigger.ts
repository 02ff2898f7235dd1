import type { Hit, Rule, StatementContext } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import { namesOf } from '../core/lint/syntax.ts';
import { nameText, writtenName, writtenRelation } from '../core/schema/names.ts';

/** DROP of a constraint, trigger or policy without another one in its place. */
export const rule: Rule = {
  id: 'drop-constraint-trigger',
  group: 'data-loss',
  severity: 'notice',
  summary: 'DROP of a constraint, trigger or policy that nothing replaces',
  why: 'What it guaranteed holds no longer, and no error says so: duplicates, rows without a parent, a column that nobody keeps up to date. Without a permissive policy the application sees fewer rows, without a restrictive one it sees more.',
  rewrite:
    'drop it together with what takes its place, or say why it is not needed: -- @allow drop-constraint-trigger why',
  bad: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY, slug text, CONSTRAINT courses_slug_key UNIQUE (slug));',
    up: 'ALTER TABLE courses DROP CONSTRAINT courses_slug_key;',
  },
  good: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY, price int, CONSTRAINT courses_price CHECK (price > 0));',
    up: `ALTER TABLE courses DROP CONSTRAINT courses_price;
ALTER TABLE courses ADD CONSTRAINT courses_price CHECK (price >= 0) NOT VALID;`,
  },
  direction: 'up',
  look: (statement, context) => [...constraintHits(statement, context), ...partHits(statement, context)],
};

function constraintHits(statement: LintStatement, { schema, isNew, file }: StatementContext): readonly Hit[] {
  const alter = statementAs(statement, 'AlterTableStmt');
  if (alter === undefined) return [];
  const name = schema.relationName(writtenRelation(alter.relation));
  if (isNew(name)) return [];
  return (alter.cmds ?? []).flatMap((node, index) => {
    if (!('AlterTableCmd' in node) || node.AlterTableCmd.subtype !== 'AT_DropConstraint') return [];
    const dropped = schema.relation(name)?.constraints.find((one) => one.name === node.AlterTableCmd.name);
    if (dropped === undefined || dropped.origin?.path === file.path) return [];
    const after = file.after.relation(name);
    const isReplaced = after?.constraints.some(
      ({ kind, origin }) => kind === dropped.kind && origin?.path === file.path,
    );
    // The CHECK by which SET NOT NULL read nothing has done its work.
    const isProof = dropped.columns.every(
      (column) => after?.columns.find((one) => one.name === column)?.notNull === true,
    );
    if (
      isReplaced === true ||
      (dropped.kind === 'check' && isProof && /IS_NOT_NULL/.test(JSON.stringify(dropped.expression)))
    )
      return [];
    return [
      {
        message: `what ${dropped.name} on ${nameText(name)} guarantees holds no longer`,
        offset: statement.commandOffset(index),
      },
    ];
  });
}

function partHits(statement: LintStatement, { schema, isNew, file }: StatementContext): readonly Hit[] {
  const drop = statementAs(statement, 'DropStmt');
  const isPolicy = drop?.removeType === 'OBJECT_POLICY';
  if (drop === undefined || (!isPolicy && drop.removeType !== 'OBJECT_TRIGGER')) return [];
  return (drop.objects ?? []).flatMap((object) => {
    const parts = namesOf(object);
    const table = schema.relationName(writtenName(parts.slice(0, -1)));
    const after = file.after.relation(table);
    if (isNew(table) || after === undefined) return [];
    const left = isPolicy ? after.policies : after.triggers;
    const name = parts.at(-1) ?? '';
    const isOwn = (schema.relation(table)?.policies ?? []).some(
      (policy) => policy.name === name && policy.origin?.path === file.path,
    );
    if (isOwn || left.some(({ origin }) => origin?.path === file.path)) return [];
    return [
      isPolicy
        ? {
            message: `without the policy ${name} others see other rows of ${nameText(table)}, or none`,
            severity: 'warning' as const,
          }
        : { message: `what the trigger ${name} does for ${nameText(table)} nobody does any more` },
    ];
  });
}
