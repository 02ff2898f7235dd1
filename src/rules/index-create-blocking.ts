import { effectHits } from '../core/lint/effect-hits.ts';
import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { writtenRelation } from '../core/schema/names.ts';

const PARTITIONED =
  'CREATE INDEX … ON ONLY the parent, CREATE INDEX CONCURRENTLY on each partition, then ALTER INDEX … ATTACH PARTITION for each';

/** CREATE INDEX without CONCURRENTLY on a table that others use. */
export const rule: Rule = {
  id: 'index-create-blocking',
  group: 'locks',
  severity: 'error',
  summary: 'CREATE INDEX that blocks writes',
  why: 'A plain CREATE INDEX holds a SHARE lock on the table, and on each of its partitions, for as long as it reads all rows. Every INSERT, UPDATE and DELETE waits until it is done. CONCURRENTLY reads the table twice and blocks nobody; lms-db runs such a file statement by statement, and builds an index again that an interrupted run left invalid.',
  rewrite: 'write CREATE INDEX CONCURRENTLY in a file of its own with "-- @transaction off"',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: 'CREATE INDEX courses_title ON courses (title);',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: '-- @transaction off\nCREATE INDEX CONCURRENTLY courses_title ON courses (title);',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY'],
  look: (statement, context) => {
    const table = context.schema.relation(writtenRelation(statementAs(statement, 'IndexStmt')?.relation));
    const hint = table?.kind === 'partitioned-table' ? PARTITIONED : undefined;
    return effectHits(context, 'index-create-blocking').map((hit) => ({ ...hit, hint }));
  },
};
