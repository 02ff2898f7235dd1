import type { Hit, Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { namesOf } from '../core/lint/syntax.ts';

/** DROP SCHEMA, DROP DATABASE, DROP TABLESPACE, DROP OWNED. */
export const rule: Rule = {
  id: 'drop-schema-database-tablespace',
  group: 'data-loss',
  severity: 'error',
  summary: 'DROP SCHEMA, DATABASE, TABLESPACE or OWNED',
  why: 'It takes everything that is in there, also what no migration knows of.',
  rewrite: 'drop the objects by name; a schema that is empty needs no CASCADE',
  bad: {
    before: 'CREATE SCHEMA archive;',
    up: 'DROP SCHEMA archive CASCADE;',
  },
  good: { up: 'CREATE SCHEMA staging;\nDROP SCHEMA staging;' },
  direction: 'up',
  look: (statement, { earlier }) => {
    const hit = (what: string, severity?: Hit['severity']): readonly Hit[] => [{ message: what, severity }];
    const database = statementAs(statement, 'DropdbStmt');
    if (database !== undefined)
      return hit(`DROP DATABASE ${database.dbname ?? ''} destroys all that is in it`);
    const space = statementAs(statement, 'DropTableSpaceStmt');
    if (space !== undefined) return hit(`DROP TABLESPACE ${space.tablespacename ?? ''}`);
    if (statementAs(statement, 'DropOwnedStmt') !== undefined)
      return hit('DROP OWNED destroys all that the role owns, and takes its privileges');
    const drop = statementAs(statement, 'DropStmt');
    if (drop?.removeType !== 'OBJECT_SCHEMA') return [];
    const made = new Set(
      earlier.map((executed) => statementAs(executed.statement, 'CreateSchemaStmt')?.schemaname),
    );
    const names = (drop.objects ?? []).flatMap(namesOf).filter((name) => !made.has(name));
    if (names.length === 0) return [];
    return drop.behavior === 'DROP_CASCADE'
      ? hit(`DROP SCHEMA ${names.join(', ')} CASCADE destroys all that is in it`)
      : hit(`DROP SCHEMA ${names.join(', ')}: whoever names it fails`, 'warning');
  },
};
