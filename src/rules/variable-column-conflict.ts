import { bareColumns } from '../core/lint/column-scopes.ts';
import type { Hit, Rule, StatementContext } from '../core/lint/rule.ts';
import { parametersOf } from '../core/lint/signature.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import { stringsOf } from '../core/lint/syntax.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** A parameter in PL/pgSQL that is named like a column which the body uses. */
export const rule: Rule = {
  id: 'variable-column-conflict',
  group: 'functions',
  severity: 'error',
  summary: 'parameter of PL/pgSQL that is named like a column',
  why: 'A bare name that may be a parameter or a column is ambiguous: the statement fails with 42702, and only when it is reached. Columns of RETURNS TABLE are parameters too, and ON CONFLICT (name) counts as a use.',
  rewrite:
    'write the table or the function in front of the name (courses.id), name the parameter otherwise, or decide it with #variable_conflict use_column',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `CREATE FUNCTION all_courses() RETURNS TABLE (id bigint, title text) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT id, title FROM courses;
END $$;`,
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `CREATE FUNCTION all_courses() RETURNS TABLE (id bigint, title text) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY SELECT courses.id, courses.title FROM courses;
END $$;`,
  },
  sources: ['https://www.postgresql.org/docs/current/plpgsql-implementation.html#PLPGSQL-VAR-SUBST'],
  look: (statement, context) => {
    const create = statementAs(statement, 'CreateFunctionStmt');
    if (create === undefined) return [];
    const names = new Set(parametersOf(create.parameters).flatMap(({ name }) => name ?? []));
    return statement.bodies
      .filter(({ language, text }) => language === 'plpgsql' && !/#\s*variable_conflict/i.test(text))
      .flatMap(({ statements }) => statements)
      .flatMap((inner) => conflicts(inner, names, stringsOf(create.funcname).at(-1) ?? '', context));
  },
};

function conflicts(
  statement: LintStatement,
  parameters: ReadonlySet<string>,
  routine: string,
  { schema, file }: StatementContext,
): readonly Hit[] {
  // What a body defines is not looked up there.
  if (
    statementAs(statement, 'CreateFunctionStmt') !== undefined ||
    statementAs(statement, 'CreateStmt') !== undefined
  )
    return [];
  return bareColumns(statement.node)
    .filter(({ name }) => parameters.has(name))
    .flatMap(({ name, location, relations }) => {
      const table = relations
        .map(
          (range) => file.after.relation(writtenRelation(range)) ?? schema.relation(writtenRelation(range)),
        )
        .find((relation) => relation?.columns.some((column) => column.name === name));
      return table === undefined
        ? []
        : [
            {
              message: `${name} is a parameter of ${routine} and a column of ${nameText(table)}: this fails when it runs (42702)`,
              offset: statement.offsetOf(location),
            },
          ];
    });
}
