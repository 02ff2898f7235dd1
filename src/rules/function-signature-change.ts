import type { Rule } from '../core/lint/rule.ts';
import { parametersOf, refusedReplacement } from '../core/lint/signature.ts';
import { executedStatements, statementAs } from '../core/lint/statement.ts';
import { nameText, sameName, writtenBy, writtenName } from '../core/schema/names.ts';
import { dataTypeOf, typeText } from '../core/schema/types.ts';

/** CREATE OR REPLACE FUNCTION with another signature. */
export const rule: Rule = {
  id: 'function-signature-change',
  group: 'data-loss',
  severity: 'warning',
  summary: 'OR REPLACE of a function with other arguments',
  why: 'A function is known by its name and the types of its arguments. OR REPLACE with other types replaces nothing: the old function stays, with its old body and its privileges, callers go on calling it, and with a default argument a call may fit both (42725). With the same types OR REPLACE is refused when a parameter gets another name, loses its default, or the result changes (42P13).',
  rewrite:
    'DROP FUNCTION with the old arguments, then CREATE FUNCTION; where the application still calls the old one, leave out OR REPLACE and drop it later',
  bad: {
    before: "CREATE FUNCTION price(course bigint) RETURNS int LANGUAGE sql AS 'SELECT 1';",
    up: "CREATE OR REPLACE FUNCTION price(course bigint, currency text DEFAULT 'USD') RETURNS int LANGUAGE sql AS 'SELECT 2';",
  },
  good: {
    before: "CREATE FUNCTION price(course bigint) RETURNS int LANGUAGE sql AS 'SELECT 1';",
    up: `DROP FUNCTION price(bigint);
CREATE FUNCTION price(course bigint, currency text DEFAULT 'USD') RETURNS int LANGUAGE sql AS 'SELECT 2';`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createfunction.html'],
  look: (statement, { schema, file }) => {
    const create = statementAs(statement, 'CreateFunctionStmt');
    if (create?.replace !== true) return [];
    const written = writtenName(create.funcname);
    const known = schema.routinesNamed(written);
    if (known.length === 0) return [];
    const name = schema.routineName(written);
    const typesOf = (stmt: typeof create): string =>
      parametersOf(stmt.parameters)
        .filter(({ way }) => way !== 'out')
        .map(({ type }) => type)
        .join();
    for (const routine of known) {
      const before = statementAs({ node: routine.source }, 'CreateFunctionStmt');
      if (before === undefined || typesOf(before) !== typesOf(create)) continue;
      const refused = refusedReplacement(before, create);
      return refused === undefined
        ? []
        : [
            {
              message: `OR REPLACE of ${nameText(name)} fails (42P13): ${refused}`,
              severity: 'error' as const,
            },
          ];
    }
    // One that the file drops later is replaced after all.
    const isDropped = executedStatements(file.statements).some((other) =>
      (statementAs(other, 'DropStmt')?.objects ?? []).some(
        (object) => 'ObjectWithArgs' in object && sameName(schema.routineName(writtenBy(object)), name),
      ),
    );
    const [old] = known;
    if (isDropped || old === undefined) return [];
    const types = (create.parameters ?? []).flatMap((node) =>
      'FunctionParameter' in node && !/OUT$|TABLE$/.test(node.FunctionParameter.mode ?? '')
        ? [typeText(dataTypeOf(node.FunctionParameter.argType))]
        : [],
    );
    return [
      {
        message: `${nameText(name)}(${types.join(', ')}) replaces nothing: ${nameText(name)}(${old.arguments.join(', ')}) stays beside it`,
      },
    ];
  },
};
