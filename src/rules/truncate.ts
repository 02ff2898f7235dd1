import { isTemporary } from '../core/lint/dropped.ts';
import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, sameName, writtenRelation } from '../core/schema/names.ts';
import type { ObjectName } from '../core/schema/names.ts';
import type { Schema } from '../core/schema/schema.ts';

/** TRUNCATE of a table that an earlier migration made. */
export const rule: Rule = {
  id: 'truncate',
  group: 'data-loss',
  severity: 'error',
  summary: 'TRUNCATE',
  why: 'All rows are gone: those of all tenants, because row level security does not bind TRUNCATE, and without row triggers, so that an audit does not see it. It takes ACCESS EXCLUSIVE. With CASCADE the tables that refer to it are emptied too.',
  rewrite:
    'DELETE in batches what is to go, or say why nothing is lost: -- @allow truncate a cache, filled anew',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: 'TRUNCATE courses;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, imported boolean);',
    up: 'DELETE FROM courses WHERE imported AND id BETWEEN 1 AND 10000;',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-truncate.html'],
  look: (statement, { schema, isNew, file }) => {
    const truncate = statementAs(statement, 'TruncateStmt');
    const isOwn = (name: ObjectName): boolean =>
      isNew(name) || schema.relation(name)?.origin?.version === file.version;
    return (truncate?.relations ?? []).flatMap((node) => {
      if (!('RangeVar' in node)) return [];
      const written = writtenRelation(node.RangeVar);
      const name = schema.relationName(written);
      if (isTemporary(schema, written) || isOwn(name)) return [];
      const along = truncate?.behavior === 'DROP_CASCADE' ? emptiedWith(schema, name) : [];
      const tail = along.length === 0 ? '' : `, and of ${along.map(nameText).join(', ')}`;
      return [
        {
          message: `TRUNCATE destroys all rows of ${nameText(name)}${tail}`,
          offset: statement.offsetOf(node.RangeVar.location),
        },
      ];
    });
  },
};

function emptiedWith(schema: Schema, table: ObjectName): readonly ObjectName[] {
  const found: ObjectName[] = [table];
  for (const one of found) {
    for (const { from } of schema.referencesTo(one)) {
      if (!found.some((other) => sameName(other, from))) found.push(from);
    }
  }
  return found.slice(1);
}
