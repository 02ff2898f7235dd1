import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import { functionNameOf, nodesOf, optionOf, stringsOf } from '../core/lint/syntax.ts';

/** Functions that give something else at another time or in another session. */
const CHANGING = new Set([
  'now',
  'clock_timestamp',
  'statement_timestamp',
  'transaction_timestamp',
  'random',
  'gen_random_uuid',
  'nextval',
  'current_setting',
]);

/** A function that says IMMUTABLE and is not. */
export const rule: Rule = {
  id: 'immutable-reads-tables',
  group: 'functions',
  severity: 'warning',
  summary: 'IMMUTABLE function that reads tables or the clock',
  why: 'IMMUTABLE promises the same result for the same arguments for ever. The planner computes such a call once, and an index or a generated column keeps the result: when the table changes, the index no longer finds the rows, and nothing says so.',
  rewrite: 'declare it STABLE; then no index can be built on it, which is right',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `CREATE FUNCTION title_of(course bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT title FROM courses WHERE courses.id = course
$$;`,
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY, title text);',
    up: `CREATE FUNCTION title_of(course bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT title FROM courses WHERE courses.id = course
$$;`,
  },
  sources: ['https://www.postgresql.org/docs/current/xfunc-volatility.html'],
  look: (statement) => {
    const create = statementAs(statement, 'CreateFunctionStmt');
    const volatility = optionOf(create?.options, 'volatility')?.arg;
    if (volatility === undefined || !('String' in volatility) || volatility.String.sval !== 'immutable')
      return [];
    const name = stringsOf(create?.funcname).join('.');
    for (const inner of statement.bodies.flatMap(({ statements }) => statements)) {
      const what = changing(inner);
      if (what !== undefined)
        return [
          { message: `${name} says IMMUTABLE, and ${what.text}`, offset: inner.offsetOf(what.location) },
        ];
    }
    return [];
  },
};

function changing({
  node,
}: LintStatement): { readonly text: string; readonly location: number | undefined } | undefined {
  const own = new Set(nodesOf(node, 'CommonTableExpr').map(({ ctename }) => ctename));
  const range = nodesOf(node, 'RangeVar').find(
    ({ relname, schemaname }) => schemaname !== undefined || !own.has(relname),
  );
  if (range !== undefined) return { text: `reads ${range.relname ?? 'a table'}`, location: range.location };
  const call = nodesOf(node, 'FuncCall').find((one) => CHANGING.has(functionNameOf(one)));
  if (call !== undefined) return { text: `calls ${functionNameOf(call)}`, location: call.location };
  const value = nodesOf(node, 'SQLValueFunction')[0];
  return value === undefined
    ? undefined
    : { text: 'asks the session or the clock', location: value.location };
}
