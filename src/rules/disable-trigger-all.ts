import type { Hit, Rule, StatementContext } from '../core/lint/rule.ts';
import { executedStatements, statementAs } from '../core/lint/statement.ts';
import type { LintFile, LintStatement } from '../core/lint/statement.ts';
import type { AlterTableStmt } from '../core/lint/syntax.ts';
import { constantsOf } from '../core/schema/apply-type.ts';
import { nameText, sameName, writtenRelation } from '../core/schema/names.ts';
import type { ObjectName } from '../core/schema/names.ts';

/** Triggers that are switched off: all of them, or without being switched on again. */
export const rule: Rule = {
  id: 'disable-trigger-all',
  group: 'data-loss',
  severity: 'warning',
  summary: 'triggers switched off, foreign keys with them',
  why: 'Foreign keys are triggers. DISABLE TRIGGER ALL and session_replication_role = replica switch them off, and what is written meanwhile is never checked again: orphans that no constraint reports. A trigger that is not enabled again in the same file stays off for the application.',
  rewrite: 'name the one trigger, and enable it again in the same file',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `-- @allow dml-without-where a small table
ALTER TABLE courses DISABLE TRIGGER ALL;
UPDATE courses SET title = trim(title);
ALTER TABLE courses ENABLE TRIGGER ALL;`,
  },
  good: {
    before: `CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TABLE courses (id bigint PRIMARY KEY, title text);
CREATE TRIGGER courses_touch BEFORE UPDATE ON courses FOR EACH ROW EXECUTE FUNCTION touch();`,
    up: `-- @allow backfill-in-ddl-transaction a thousand rows
ALTER TABLE courses DISABLE TRIGGER courses_touch;
UPDATE courses SET title = trim(title) WHERE id < 1000;
ALTER TABLE courses ENABLE TRIGGER courses_touch;`,
  },
  look: (statement, context) => {
    const set = statementAs(statement, 'VariableSetStmt');
    if (set?.name?.toLowerCase() === 'session_replication_role') {
      const [value = ''] = constantsOf(set.args);
      return value.toLowerCase() === 'replica'
        ? [
            {
              message:
                'session_replication_role = replica switches off every trigger, and with them the foreign keys',
            },
          ]
        : [];
    }
    const alter = statementAs(statement, 'AlterTableStmt');
    return alter === undefined ? [] : tableHits(statement, alter, context);
  },
};

function tableHits(
  statement: LintStatement,
  alter: AlterTableStmt,
  { schema, isNew, file }: StatementContext,
): readonly Hit[] {
  const table = schema.relationName(writtenRelation(alter.relation));
  if (isNew(table)) return [];
  return (alter.cmds ?? []).flatMap((node, index) => {
    if (!('AlterTableCmd' in node)) return [];
    const { subtype, name } = node.AlterTableCmd;
    const offset = statement.commandOffset(index);
    if (subtype === 'AT_DisableTrigAll') {
      return [
        { message: `all triggers of ${nameText(table)} are off, and with them its foreign keys`, offset },
      ];
    }
    const isDisabling = subtype === 'AT_DisableTrig' || subtype === 'AT_DisableTrigUser';
    if (!isDisabling || enabledLater(file, statement, table, name, schema.relationName.bind(schema)))
      return [];
    return [
      {
        message: `${name === undefined ? 'the triggers' : `the trigger ${name}`} of ${nameText(table)} stays off: nothing in this file enables it again`,
        offset,
      },
    ];
  });
}

function enabledLater(
  file: LintFile,
  statement: LintStatement,
  table: ObjectName,
  trigger: string | undefined,
  nameOf: (written: ReturnType<typeof writtenRelation>) => ObjectName,
): boolean {
  const all = executedStatements(file.statements);
  return all
    .filter(({ ordinal }) => ordinal >= statement.ordinal)
    .some((later) => {
      const alter = statementAs(later, 'AlterTableStmt');
      if (alter === undefined || !sameName(nameOf(writtenRelation(alter.relation)), table)) return false;
      return (alter.cmds ?? []).some((node) => {
        if (!('AlterTableCmd' in node)) return false;
        const { subtype, name } = node.AlterTableCmd;
        if (subtype === 'AT_EnableTrigAll' || subtype === 'AT_EnableTrigUser') return true;
        return /^AT_Enable(?:Always|Replica)?Trig$/.test(subtype ?? '') && name === trigger;
      });
    });
}
