import type { Rule } from '../core/lint/rule.ts';
import { functionNameOf, nodesOf } from '../core/lint/syntax.ts';

/** pg_advisory_lock and its like, which last as long as the session. */
export const rule: Rule = {
  id: 'session-advisory-lock-in-file',
  group: 'transactions',
  severity: 'warning',
  summary: 'advisory lock that outlives the transaction',
  why: 'pg_advisory_lock belongs to the session: it survives ROLLBACK, and no other session can release it. When the file fails between lock and unlock, the application keeps waiting until the connection ends. One run at a time needs no lock of yours: lms-db takes one.',
  rewrite: 'use pg_advisory_xact_lock: it ends with the transaction',
  bad: { up: 'SELECT pg_advisory_lock(42);' },
  good: { up: 'SELECT pg_advisory_xact_lock(42);' },
  sources: ['https://www.postgresql.org/docs/current/functions-admin.html#FUNCTIONS-ADVISORY-LOCKS'],
  look: (statement) =>
    'CreateFunctionStmt' in statement.node
      ? []
      : nodesOf(statement.node, 'FuncCall')
          .filter((call) => /^pg_(?:try_)?advisory_lock(?:_shared)?$/.test(functionNameOf(call)))
          .map((call) => ({
            message: `${functionNameOf(call)} is held until the session ends, after a ROLLBACK too`,
            offset: statement.offsetOf(call.location),
          })),
};
