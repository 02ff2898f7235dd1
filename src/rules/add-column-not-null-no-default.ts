import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { ColumnDef } from '../core/lint/syntax.ts';
import { constraintsOf } from '../core/schema/definitions.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';
import { dataTypeOf, SERIAL_TYPES } from '../core/schema/types.ts';

/** ADD COLUMN … NOT NULL without a value for the rows that are there. */
export const rule: Rule = {
  id: 'add-column-not-null-no-default',
  group: 'locks',
  severity: 'error',
  summary: 'ADD COLUMN NOT NULL without a default',
  why: 'It fails with 23502 as soon as the table has one row, and passes on the empty table of a test.',
  rewrite:
    'give it a DEFAULT, which costs nothing where it is constant; or add it nullable, fill it in batches, and SET NOT NULL by way of a validated CHECK',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: 'ALTER TABLE courses ADD COLUMN level text NOT NULL;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: "ALTER TABLE courses ADD COLUMN level text NOT NULL DEFAULT 'beginner';",
  },
  look: (statement, { schema, isNew }) => {
    const alter = statementAs(statement, 'AlterTableStmt');
    const table = schema.relationName(writtenRelation(alter?.relation));
    if (alter === undefined || isNew(table)) return [];
    return (alter.cmds ?? []).flatMap((node, index) => {
      const command = 'AlterTableCmd' in node ? node.AlterTableCmd : undefined;
      const column =
        command?.def !== undefined && 'ColumnDef' in command.def ? command.def.ColumnDef : undefined;
      if (command?.subtype !== 'AT_AddColumn' || column === undefined || !lacksValue(column)) return [];
      const present = schema.relation(table)?.columns.some(({ name }) => name === column.colname) === true;
      if (command.missing_ok === true && present) return [];
      const message = `ADD COLUMN ${nameText(table)}.${column.colname ?? ''} NOT NULL without a default fails when the table has rows`;
      return [{ message, offset: statement.commandOffset(index) }];
    });
  },
};

function lacksValue(column: ColumnDef): boolean {
  const kinds = new Set(constraintsOf(column).map(({ contype }) => contype));
  const serial = SERIAL_TYPES[dataTypeOf(column.typeName)?.name ?? ''] !== undefined;
  const required = kinds.has('CONSTR_NOTNULL') || kinds.has('CONSTR_PRIMARY');
  const filled = kinds.has('CONSTR_DEFAULT') || kinds.has('CONSTR_IDENTITY') || kinds.has('CONSTR_GENERATED');
  return required && !filled && !serial;
}
