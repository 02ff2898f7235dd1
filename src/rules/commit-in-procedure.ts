import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';

/** COMMIT or ROLLBACK in code that runs inside a transaction of lms-db. */
export const rule: Rule = {
  id: 'commit-in-procedure',
  group: 'transactions',
  severity: 'error',
  summary: 'COMMIT in a DO block or procedure that runs in a transaction',
  why: 'A procedure or DO block may end the transaction only where none was begun around it. lms-db runs a file in one transaction, so COMMIT and ROLLBACK fail there with 2D000, invalid transaction termination. In a function that a query calls they fail everywhere.',
  rewrite: 'give the loop that commits a file of its own with "-- @transaction off"',
  bad: { up: 'DO $$ BEGIN PERFORM 1; COMMIT; END $$;' },
  good: { up: '-- @transaction off\nDO $$ BEGIN PERFORM 1; COMMIT; END $$;' },
  sources: ['https://www.postgresql.org/docs/current/plpgsql-transactions.html'],
  look: (statement, { file }) => {
    const isCode =
      statementAs(statement, 'DoStmt') !== undefined || statementAs(statement, 'CallStmt') !== undefined;
    if (statementAs(statement, 'CreateFunctionStmt') !== undefined) return [];
    if (isCode && !file.directives.transaction) return [];
    return statement.bodies.flatMap(({ transactionControl }) =>
      transactionControl.map((control) => ({
        message: isCode
          ? `${control.statement} inside the transaction of the file fails (2D000)`
          : `${control.statement} in a function that a query calls fails (2D000)`,
        offset: control.offset,
      })),
    );
  },
};
