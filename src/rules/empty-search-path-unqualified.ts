import { ownSetting } from '../core/lint/routine-facts.ts';
import type { Hit, Rule, StatementContext } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import type { LintStatement } from '../core/lint/statement.ts';
import { nodesOf, stringsOf, walk } from '../core/lint/syntax.ts';
import type { RangeVar } from '../core/lint/syntax.ts';
import { keyOf, nameText } from '../core/schema/names.ts';
import type { ObjectName } from '../core/schema/names.ts';

/** A name without a schema in a function whose search_path does not find it. */
export const rule: Rule = {
  id: 'empty-search-path-unqualified',
  group: 'functions',
  severity: 'error',
  summary: 'name without a schema in a function with a search_path of its own',
  why: "With SET search_path = '' nothing but pg_catalog and temporary tables is found without a schema. In PL/pgSQL the function is made all the same, and fails with 42P01 or 42883 when the statement is reached.",
  rewrite: 'write the schema in front of the name',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: `CREATE FUNCTION forget(course bigint) RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  DELETE FROM courses WHERE courses.id = course;
END $$;`,
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: `CREATE FUNCTION forget(course bigint) RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
  DELETE FROM public.courses WHERE courses.id = course;
END $$;`,
  },
  sources: ['https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY'],
  look: (statement, context) => {
    const path = ownSetting(statement.node, 'search_path');
    if (path === undefined) return [];
    const schemas = new Set(path.split(',').map((part) => part.trim().replace(/^"(.*)"$/, '$1')));
    const statements = statement.bodies.flatMap((body) => body.statements);
    // A temporary table of the body is found by its name.
    const made = new Set(statements.flatMap(madeTables));
    return statements.flatMap((inner) => lost(inner, schemas, made, context));
  },
};

function madeTables(statement: LintStatement): readonly string[] {
  const relation =
    statementAs(statement, 'CreateStmt')?.relation ?? statementAs(statement, 'CreateTableAsStmt')?.into?.rel;
  return relation?.relname === undefined ? [] : [relation.relname];
}

function lost(
  statement: LintStatement,
  path: ReadonlySet<string>,
  made: ReadonlySet<string>,
  { file }: StatementContext,
): readonly Hit[] {
  const { after } = file;
  /** Where a name is, if that is not where it is looked for. */
  const elsewhere = (name: string, all: readonly ObjectName[]): ObjectName | undefined => {
    const known = all.filter((one) => one.name === name && one.schema !== 'pg_temp');
    return known.some(({ schema }) => path.has(schema)) ? undefined : known[0];
  };
  const own = new Set(nodesOf(statement.node, 'CommonTableExpr').map(({ ctename }) => ctename ?? ''));
  const relations = barenames(statement)
    .filter(({ relname = '' }) => !own.has(relname) && !made.has(relname))
    .flatMap((range) => {
      const found = elsewhere(range.relname ?? '', after.relations);
      return found === undefined ? [] : [{ found, location: range.location, sqlstate: '42P01' }];
    });
  const calls = nodesOf(statement.node, 'FuncCall').flatMap((call) => {
    const [name = '', qualified] = stringsOf(call.funcname);
    const found = qualified === undefined ? elsewhere(name, after.routines) : undefined;
    return found === undefined ? [] : [{ found, location: call.location, sqlstate: '42883' }];
  });
  const seen = new Set<string>();
  return [...relations, ...calls].flatMap(({ found, location, sqlstate }) => {
    if (seen.has(keyOf(found))) return [];
    seen.add(keyOf(found));
    const message = `${found.name} is not found by the search_path of this function (${sqlstate}): it is ${found.schema}.${nameText({ ...found, schema: 'public' })}`;
    return [{ message, offset: statement.offsetOf(location) }];
  });
}

/** Every relation that is written without a schema; some fields hold it without the name of its kind. */
function barenames({ node }: LintStatement): readonly RangeVar[] {
  const found: RangeVar[] = [];
  const add = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || !('relname' in value) || 'schemaname' in value) return;
    // What has a relname is a RangeVar, with or without the name of its kind around it.
    found.push(value as RangeVar);
  };
  walk([node], (_, content) => {
    add(content);
    if (typeof content === 'object' && content !== null && 'relation' in content) add(content.relation);
    return undefined;
  });
  return found;
}
