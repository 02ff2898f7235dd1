import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { optionOf } from '../core/lint/syntax.ts';

/** ALTER EXTENSION … UPDATE. */
export const rule: Rule = {
  id: 'extension-upgrade',
  group: 'data-loss',
  severity: 'notice',
  summary: 'ALTER EXTENSION … UPDATE',
  why: 'There is no way back to the older version, and without TO the server decides which version that is: staging and production may get different ones.',
  rewrite: 'name the version with TO, and say in the file that there is no way back: -- @irreversible why',
  bad: { before: 'CREATE EXTENSION pg_trgm;', up: 'ALTER EXTENSION pg_trgm UPDATE;' },
  good: { up: 'CREATE EXTENSION IF NOT EXISTS pg_trgm;' },
  sources: ['https://www.postgresql.org/docs/current/sql-alterextension.html'],
  direction: 'up',
  look: (statement) => {
    const alter = statementAs(statement, 'AlterExtensionStmt');
    if (alter === undefined) return [];
    const name = alter.extname ?? '';
    return [
      {
        message:
          optionOf(alter.options, 'new_version') === undefined
            ? `the server decides to which version ${name} is updated, and nothing brings it back`
            : `nothing brings ${name} back to its older version`,
      },
    ];
  },
};
