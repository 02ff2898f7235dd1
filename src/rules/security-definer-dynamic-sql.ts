import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { optionOf, stringsOf } from '../core/lint/syntax.ts';
import { unquotedParts } from '../core/lint/unquoted.ts';

/** SECURITY DEFINER that puts values into a text of SQL. */
export const rule: Rule = {
  id: 'security-definer-dynamic-sql',
  group: 'tenancy',
  severity: 'error',
  summary: 'SECURITY DEFINER that builds SQL from values',
  why: 'What || puts into the text of an EXECUTE is SQL to the server. Whoever calls the function with a value of their choice runs statements with the rights of its owner.',
  rewrite: 'EXECUTE format(…) with %I for names and %L for values, or EXECUTE … USING for values',
  bad: {
    up: `CREATE FUNCTION rows_of(relation text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$ BEGIN EXECUTE 'ANALYZE public.' || relation; END $$;
REVOKE EXECUTE ON FUNCTION rows_of(text) FROM PUBLIC;`,
  },
  good: {
    up: `CREATE FUNCTION rows_of(relation text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$ BEGIN EXECUTE pg_catalog.format('ANALYZE public.%I', relation); END $$;
REVOKE EXECUTE ON FUNCTION rows_of(text) FROM PUBLIC;`,
  },
  sources: [
    'https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN',
  ],
  look: (statement) => {
    const create = statementAs(statement, 'CreateFunctionStmt');
    const security = optionOf(create?.options, 'security')?.arg;
    if (security === undefined || !('Boolean' in security) || security.Boolean.boolval !== true) return [];
    const name = stringsOf(create?.funcname).join('.');
    return statement.bodies.flatMap(({ dynamic }) =>
      dynamic.flatMap(({ expression, offset }) => {
        const [part] = unquotedParts(expression);
        return part === undefined
          ? []
          : [{ message: `${name} runs as its owner, and ${part} becomes SQL as it is`, offset }];
      }),
    );
  },
};
