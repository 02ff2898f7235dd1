import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { narrowing } from '../core/lint/type-narrowing.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';
import { dataTypeOf, typeText } from '../core/schema/types.ts';

/** ALTER COLUMN … TYPE to a type that does not hold every old value. */
export const rule: Rule = {
  id: 'type-narrowing',
  group: 'data-loss',
  severity: 'error',
  summary: 'column type that cannot hold all old values',
  why: 'Where a value does not fit, either the statement fails, in production and not on an empty test database, or the value is rounded and nobody is told: timestamptz(3) rounds to milliseconds, numeric(10,1) to one decimal. No rollback brings the lost digits back.',
  rewrite:
    'check first that every value fits, with a guard in checks/, or add a new column and keep the old one until that is certain',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, price numeric(10,2));',
    up: '-- @allow column-type-rewrite a small table\nALTER TABLE courses ALTER COLUMN price TYPE numeric(10,1);',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, price numeric(10,2));',
    up: 'ALTER TABLE courses ALTER COLUMN price TYPE numeric(12,2);',
  },
  direction: 'up',
  look: (statement, { schema, isNew }) => {
    const alter = statementAs(statement, 'AlterTableStmt');
    if (alter?.objtype !== 'OBJECT_TABLE') return [];
    const name = schema.relationName(writtenRelation(alter.relation));
    if (isNew(name)) return [];
    return (alter.cmds ?? []).flatMap((node, index) => {
      if (!('AlterTableCmd' in node) || node.AlterTableCmd.subtype !== 'AT_AlterColumnType') return [];
      const { name: column = '', def } = node.AlterTableCmd;
      const from = schema.relation(name)?.columns.find((one) => one.name === column)?.type;
      const to = def !== undefined && 'ColumnDef' in def ? dataTypeOf(def.ColumnDef.typeName) : undefined;
      if (from === undefined || to === undefined) return [];
      const narrower = narrowing(from, to);
      if (narrower === undefined) return [];
      const change = `${nameText(name)}.${column} from ${typeText(from)} to ${typeText(to)}`;
      const offset = statement.commandOffset(index);
      return [
        narrower.how === 'fails'
          ? {
              message: `${change} fails where there are ${narrower.what}`,
              severity: 'warning' as const,
              offset,
            }
          : { message: `${change} loses data without a word: ${narrower.what}`, offset },
      ];
    });
  },
};
