import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';

/** A body of LANGUAGE sql that is no SQL. */
export const rule: Rule = {
  id: 'sql-body-unparsable',
  group: 'functions',
  severity: 'error',
  summary: 'body of LANGUAGE sql that does not parse',
  why: 'The body is a text to the parser of the statement around it, so its mistakes show only when the function is made, or, with check_function_bodies off, when it is called.',
  rewrite: 'correct the body; written as BEGIN ATOMIC … END (PostgreSQL 14) it is parsed with the statement',
  bad: { up: "CREATE FUNCTION price() RETURNS int LANGUAGE sql AS 'SELECT 1 FORM courses';" },
  good: { up: "CREATE FUNCTION price() RETURNS int LANGUAGE sql AS 'SELECT 1';" },
  look: (statement) =>
    statementAs(statement, 'CreateFunctionStmt') === undefined
      ? []
      : statement.bodies.flatMap(({ language, fault }) =>
          language === 'sql' && fault !== undefined
            ? [{ message: `the body does not parse: ${fault.message}`, offset: fault.offset }]
            : [],
        ),
};
