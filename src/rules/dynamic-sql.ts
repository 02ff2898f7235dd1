import type { Rule } from '../core/lint/rule.ts';

/** EXECUTE of a text that is only known when it runs. */
export const rule: Rule = {
  id: 'dynamic-sql',
  group: 'transactions',
  severity: 'notice',
  summary: 'EXECUTE of a text that only the server knows',
  why: 'What EXECUTE runs depends on the database. Lint reads a text that is always the same, but not this one: which locks it takes and what it changes is known to a rehearsal alone.',
  rewrite:
    'write the statement out where that is possible; otherwise trust `lms-db rehearse`, which sees it run',
  bad: {
    up: `DO $$
DECLARE
  part text;
BEGIN
  FOR part IN SELECT relname FROM pg_catalog.pg_class WHERE relname LIKE 'events_%' LOOP
    EXECUTE format('ANALYZE %I', part);
  END LOOP;
END $$;`,
  },
  good: { up: "DO $$ BEGIN EXECUTE 'ANALYZE'; END $$;" },
  look: (statement) =>
    'CreateFunctionStmt' in statement.node
      ? []
      : statement.bodies.flatMap(({ dynamic }) =>
          dynamic.map(({ offset }) => ({
            message: 'what this EXECUTE runs is only known when it runs: lint cannot look at it',
            offset,
          })),
        ),
};
