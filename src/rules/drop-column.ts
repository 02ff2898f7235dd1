import { namesText } from '../core/lint/expressions.ts';
import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, sameName, writtenRelation } from '../core/schema/names.ts';
import type { ObjectName } from '../core/schema/names.ts';
import type { Schema } from '../core/schema/schema.ts';

/** DROP COLUMN, with what goes along without being named. */
export const rule: Rule = {
  id: 'drop-column',
  group: 'data-loss',
  severity: 'error',
  summary: 'DROP COLUMN',
  why: 'The values are gone, and no rollback brings them back. The running application fails where it names the column, and prepared statements and ORMs name all of them. Every index that holds the column, and every constraint that names it, goes along, also one over several columns: a guarantee that nobody wrote down as lost.',
  rewrite:
    'deploy the application that no longer uses it; drop its constraints and indexes by name, then the column, and say why: -- @allow drop-column unused since release 41',
  bad: {
    before:
      'CREATE TABLE courses (id bigint PRIMARY KEY, slug text, level text, CONSTRAINT courses_slug_level_key UNIQUE (slug, level));',
    up: 'ALTER TABLE courses DROP COLUMN level;',
  },
  good: {
    up: `CREATE TABLE courses (id bigint PRIMARY KEY, level text);
ALTER TABLE courses DROP COLUMN level;`,
  },
  direction: 'up',
  look: (statement, { schema, isNew, file }) => {
    const alter = statementAs(statement, 'AlterTableStmt');
    if (alter?.objtype !== 'OBJECT_TABLE') return [];
    const name = schema.relationName(writtenRelation(alter.relation));
    if (isNew(name)) return [];
    return (alter.cmds ?? []).flatMap((node, index) => {
      if (!('AlterTableCmd' in node) || node.AlterTableCmd.subtype !== 'AT_DropColumn') return [];
      const column = node.AlterTableCmd.name ?? '';
      const known = schema.relation(name)?.columns.find((one) => one.name === column);
      if (known?.origin?.path === file.path) return [];
      const along = goingAlong(schema, name, column);
      const tail = along.length === 0 ? '' : `; with it goes ${namesText(along)}`;
      return [
        {
          message: `DROP COLUMN ${nameText(name)}.${column} destroys its values${tail}`,
          offset: statement.commandOffset(index),
        },
      ];
    });
  },
};

const KINDS = {
  'primary-key': 'the primary key',
  unique: 'unique constraint',
  check: 'check',
  'foreign-key': 'foreign key',
  exclusion: 'exclusion constraint',
  'not-null': 'NOT NULL',
} as const;

function goingAlong(schema: Schema, table: ObjectName, column: string): readonly string[] {
  const constraints = (schema.relation(table)?.constraints ?? [])
    .filter(({ kind, columns }) => kind !== 'not-null' && columns.includes(column))
    .map(({ kind, name }) => `${KINDS[kind]} ${name}`);
  const indexes = schema.indexes
    .filter((index) => sameName(index.table, table) && !index.constraint && index.uses.includes(column))
    .map(({ name }) => `index ${name}`);
  return [...constraints, ...indexes];
}
