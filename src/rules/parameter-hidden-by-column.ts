import type { Rule } from '../core/lint/rule.ts';
import { parametersOf } from '../core/lint/signature.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nodesOf, stringsOf } from '../core/lint/syntax.ts';
import type { Node } from '../core/lint/syntax.ts';

/** A condition of LANGUAGE sql that compares a column with itself. */
export const rule: Rule = {
  id: 'parameter-hidden-by-column',
  group: 'functions',
  severity: 'error',
  summary: 'parameter of LANGUAGE sql that a column of its name hides',
  why: 'In LANGUAGE sql a column goes before a parameter of the same name. WHERE id = id then compares the column with itself: it holds for every row, and no error says so. In an UPDATE or DELETE that is the whole table.',
  rewrite: 'write the function in front of the parameter (course_title.id), name it otherwise, or use $1',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `CREATE FUNCTION course_title(id bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT title FROM courses WHERE courses.id = id
$$;`,
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `CREATE FUNCTION course_title(id bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT title FROM courses WHERE courses.id = course_title.id
$$;`,
  },
  sources: ['https://www.postgresql.org/docs/current/xfunc-sql.html#XFUNC-SQL-FUNCTION-ARGUMENTS'],
  look: (statement) => {
    const create = statementAs(statement, 'CreateFunctionStmt');
    if (create === undefined) return [];
    const routine = stringsOf(create.funcname).at(-1) ?? '';
    const names = new Set(
      parametersOf(create.parameters)
        .filter(({ way }) => way !== 'out')
        .flatMap(({ name }) => name ?? []),
    );
    return statement.bodies
      .filter(({ language }) => language === 'sql')
      .flatMap(({ statements }) => statements)
      .flatMap((inner) =>
        nodesOf(inner.node, 'A_Expr').flatMap(({ name, lexpr, rexpr, location }) => {
          const [left, right] = [partsOf(lexpr), partsOf(rexpr)];
          const column = left.at(-1);
          if (column === undefined || column !== right.at(-1) || !names.has(column)) return [];
          const isBare = left.length === 1 || right.length === 1;
          if (!isBare || left.at(-2) === routine || right.at(-2) === routine) return [];
          return [
            {
              message: `both sides of ${column} ${stringsOf(name)[0] ?? '='} ${column} are the column: the parameter ${column} of ${routine} is hidden`,
              offset: inner.offsetOf(location),
            },
          ];
        }),
      );
  },
};

/** The parts of a column's name: none for anything else. */
function partsOf(node: Node | undefined): readonly string[] {
  return node !== undefined && 'ColumnRef' in node ? stringsOf(node.ColumnRef.fields) : [];
}
