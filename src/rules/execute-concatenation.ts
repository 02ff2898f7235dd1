import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { optionOf } from '../core/lint/syntax.ts';
import { unquotedParts } from '../core/lint/unquoted.ts';

/** EXECUTE of a text into which values are put as they are. */
export const rule: Rule = {
  id: 'execute-concatenation',
  group: 'functions',
  severity: 'warning',
  summary: 'EXECUTE that puts values into SQL as they are',
  why: 'What || puts into the text is SQL to the server: a name with an upper case letter or a quote in it breaks the statement, and a value that somebody chose becomes a statement of theirs.',
  rewrite: 'EXECUTE format(…) with %I for names and %L for values, or EXECUTE … USING for values',
  bad: {
    up: `CREATE FUNCTION forget(relation text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE 'DELETE FROM ' || relation;
END $$;`,
  },
  good: {
    up: `CREATE FUNCTION forget(relation text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DELETE FROM %I', relation);
END $$;`,
  },
  sources: ['https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-QUOTE-LITERAL-EXAMPLE'],
  look: (statement) => {
    const create = statementAs(statement, 'CreateFunctionStmt');
    if (create === undefined && statementAs(statement, 'DoStmt') === undefined) return [];
    // Of those with their owner's rights security-definer-dynamic-sql speaks.
    const security = optionOf(create?.options, 'security')?.arg;
    if (security !== undefined && 'Boolean' in security && security.Boolean.boolval === true) return [];
    return statement.bodies.flatMap(({ dynamic }) =>
      dynamic.flatMap(({ expression, offset }) => {
        const [part] = unquotedParts(expression);
        return part === undefined ? [] : [{ message: `${part} becomes a part of the SQL as it is`, offset }];
      }),
    );
  },
};
