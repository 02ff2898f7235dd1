import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';

const INSTEAD: Readonly<Record<string, string>> = {
  lock_timeout: 'say it at the top of the file: -- @lock-timeout 2s',
  statement_timeout: 'say it at the top of the file: -- @statement-timeout 10min',
  search_path: 'write SET LOCAL search_path, or better the schema of each name',
  role: 'write SET LOCAL ROLE',
  session_authorization: 'write SET LOCAL SESSION AUTHORIZATION',
  session_replication_role: 'write SET LOCAL session_replication_role',
  row_security: 'write SET LOCAL row_security',
  idle_in_transaction_session_timeout: 'leave it to the configuration of lms-db',
  transaction_timeout: 'leave it to the configuration of lms-db',
};

/** SET without LOCAL in a file that runs in a transaction. */
export const rule: Rule = {
  id: 'set-session-in-file',
  group: 'transactions',
  severity: 'warning',
  summary: 'SET without LOCAL',
  why: 'SET lasts as long as the session, and behind a pooler it reaches the next client. lms-db resets its session after each file; another tool that runs the same file does not, and then the following files run with the search_path, role or timeout of this one. A timeout that is set here also takes away the one that lms-db has chosen, and with it the retries.',
  rewrite: 'write SET LOCAL: it ends with the transaction',
  bad: {
    before: 'CREATE SCHEMA app;',
    up: 'SET search_path = app;\nCREATE TABLE courses (id bigint PRIMARY KEY);',
  },
  good: {
    before: 'CREATE SCHEMA app;',
    up: 'SET LOCAL search_path = app;\nCREATE TABLE courses (id bigint PRIMARY KEY);',
  },
  sources: ['https://www.postgresql.org/docs/current/sql-set.html'],
  look: (statement, { file }) => {
    const set = statementAs(statement, 'VariableSetStmt');
    if (set?.kind !== 'VAR_SET_VALUE' || set.is_local === true || !file.directives.transaction) return [];
    const name = (set.name ?? '').toLowerCase();
    const hint = INSTEAD[name];
    return hint === undefined
      ? []
      : [{ message: `SET ${name} without LOCAL outlives the transaction of this file`, hint }];
  },
};
