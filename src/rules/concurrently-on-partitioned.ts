import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** CREATE INDEX CONCURRENTLY on a partitioned table. */
export const rule: Rule = {
  id: 'concurrently-on-partitioned',
  group: 'locks',
  severity: 'error',
  summary: 'CREATE INDEX CONCURRENTLY on a partitioned table',
  why: 'PostgreSQL refuses it with 0A000.',
  rewrite:
    'CREATE INDEX … ON ONLY the parent, CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION for each',
  bad: {
    before: 'CREATE TABLE events (id bigint, kind int) PARTITION BY LIST (kind);',
    up: '-- @transaction off\nCREATE INDEX CONCURRENTLY events_id ON events (id);',
  },
  good: {
    before: 'CREATE TABLE events (id bigint, kind int) PARTITION BY LIST (kind);',
    up: 'CREATE INDEX events_id ON ONLY events (id);',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  look: (statement, { schema }) => {
    const index = statementAs(statement, 'IndexStmt');
    const table = schema.relation(writtenRelation(index?.relation));
    if (index?.concurrent !== true || index.relation?.inh !== true || table?.kind !== 'partitioned-table')
      return [];
    return [
      {
        message: `CREATE INDEX CONCURRENTLY on ${nameText(table)}, which is partitioned, is refused`,
        offset: statement.offsetOf(index.relation.location),
      },
    ];
  },
};
