import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';

/** A body of PL/pgSQL that is none. */
export const rule: Rule = {
  id: 'plpgsql-unparsable',
  group: 'functions',
  severity: 'error',
  summary: 'PL/pgSQL that does not parse',
  why: 'The body is a text to the parser of SQL, so its mistakes show only when the function is made, or, with check_function_bodies off, when it is called.',
  rewrite: 'correct the body; `lms-db rehearse` shows the place',
  bad: {
    up: `CREATE FUNCTION price() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RETURN 1;
END $$;`,
  },
  good: {
    up: `CREATE FUNCTION price() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  IF true THEN
    RETURN 1;
  END IF;
  RETURN 2;
END $$;`,
  },
  look: (statement) =>
    statementAs(statement, 'CreateFunctionStmt') === undefined &&
    statementAs(statement, 'DoStmt') === undefined
      ? []
      : statement.bodies.flatMap(({ language, fault }) =>
          language === 'plpgsql' && fault !== undefined
            ? [{ message: `the body does not parse: ${fault.message}` }]
            : [],
        ),
};
