import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** ADD FOREIGN KEY … NOT VALID on a partitioned table, before PostgreSQL 18. */
export const rule: Rule = {
  id: 'fk-not-valid-partitioned',
  group: 'locks',
  severity: 'error',
  summary: 'FOREIGN KEY … NOT VALID on a partitioned table',
  why: 'Before PostgreSQL 18 it fails with 42809.',
  rewrite: 'add the foreign key to each partition NOT VALID, validate those, then add it to the parent',
  versions: { before: 18 },
  bad: {
    before:
      'CREATE TABLE kinds (id int PRIMARY KEY);\nCREATE TABLE events (id bigint, kind int) PARTITION BY LIST (kind);',
    up: 'ALTER TABLE events ADD CONSTRAINT events_kind FOREIGN KEY (kind) REFERENCES kinds (id) NOT VALID;',
  },
  good: {
    before:
      'CREATE TABLE kinds (id int PRIMARY KEY);\nCREATE TABLE events (id bigint, kind int) PARTITION BY LIST (kind);\nCREATE TABLE events_1 PARTITION OF events FOR VALUES IN (1);',
    up: 'ALTER TABLE events_1 ADD CONSTRAINT events_1_kind FOREIGN KEY (kind) REFERENCES kinds (id) NOT VALID;',
  },
  look: (statement, { schema }) => {
    const alter = statementAs(statement, 'AlterTableStmt');
    const table = schema.relation(writtenRelation(alter?.relation));
    if (table?.kind !== 'partitioned-table') return [];
    return (alter?.cmds ?? []).flatMap((node, index) => {
      const def = 'AlterTableCmd' in node ? node.AlterTableCmd.def : undefined;
      const constraint = def !== undefined && 'Constraint' in def ? def.Constraint : undefined;
      if (constraint?.contype !== 'CONSTR_FOREIGN' || constraint.skip_validation !== true) return [];
      const message = `FOREIGN KEY … NOT VALID on ${nameText(table)}, which is partitioned, fails before PostgreSQL 18`;
      return [{ message, offset: statement.commandOffset(index) }];
    });
  },
};
