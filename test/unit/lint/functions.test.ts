import { describe } from 'vitest';
import { casesOf } from '../../support/rule.ts';

const T = 'CREATE TABLE t (id int PRIMARY KEY, a text);\nCREATE TABLE u (id int PRIMARY KEY, t int);';
const plpgsql = (head: string, body: string): string =>
  `CREATE FUNCTION f(${head} LANGUAGE plpgsql AS $$ BEGIN ${body} END $$;`;
const sql = (head: string, body: string): string =>
  `CREATE FUNCTION f(${head} LANGUAGE sql AS $$ ${body} $$;`;
const ambiguous = (name: string): readonly string[] => [
  `error: ${name} is a parameter of f and a column of t: this fails when it runs (42702)`,
];

describe('rules about functions', () => {
  casesOf('plpgsql-unparsable', [
    {
      it: 'looks into DO',
      up: 'DO $$ BEGIN IF true THEN NULL; END $$;',
      says: ['error: the body does not parse: syntax error at end of input'],
    },
    {
      it: 'accepts types of tables, and cursors',
      before: T,
      up: 'CREATE FUNCTION f() RETURNS SETOF t LANGUAGE plpgsql AS $$ DECLARE r t%ROWTYPE; c CURSOR FOR SELECT * FROM t; x t.a%TYPE; BEGIN FOR r IN c LOOP RETURN NEXT r; END LOOP; END $$;',
      says: [],
    },
  ]);

  casesOf('variable-column-conflict', [
    {
      it: 'sees ON CONFLICT',
      before: T,
      up: plpgsql(
        'id int) RETURNS void',
        "INSERT INTO t (id, a) VALUES (1, 'x') ON CONFLICT (id) DO NOTHING;",
      ),
      says: ambiguous('id'),
    },
    {
      it: 'sees WHERE of an UPDATE, not its target',
      before: T,
      up: plpgsql('id int, a text) RETURNS void', 'UPDATE t SET a = f.a WHERE t.id = id;'),
      says: ambiguous('id'),
    },
    {
      it: 'accepts names with their table',
      before: T,
      up: plpgsql('id int) RETURNS void', 'DELETE FROM t WHERE t.id = f.id;'),
      says: [],
    },
    {
      it: 'accepts ORDER BY, which means the output',
      before: T,
      up: plpgsql('id int) RETURNS SETOF int', 'RETURN QUERY SELECT t.id FROM t ORDER BY id;'),
      says: [],
    },
    {
      it: 'accepts a parameter among the values of an INSERT',
      before: T,
      up: plpgsql('id int) RETURNS void', "INSERT INTO t (id, a) VALUES (id, 'x');"),
      says: [],
    },
    {
      it: 'accepts a parameter outside of the query that has the column',
      before: T,
      up: plpgsql('a text) RETURNS void', 'PERFORM a WHERE EXISTS (SELECT FROM t WHERE t.id = 1);'),
      says: [],
    },
    {
      it: 'sees a column of the query around it',
      before: T,
      up: plpgsql('a text) RETURNS void', 'PERFORM FROM t WHERE EXISTS (SELECT FROM u WHERE a IS NULL);'),
      says: ambiguous('a'),
    },
    {
      it: 'accepts #variable_conflict',
      before: T,
      up: 'CREATE FUNCTION f(id int) RETURNS void LANGUAGE plpgsql AS $$\n#variable_conflict use_column\nBEGIN DELETE FROM t WHERE id = 1; END $$;',
      says: [],
    },
    {
      it: 'accepts a WITH that has the name of a table',
      before: T,
      up: plpgsql('a text) RETURNS void', 'PERFORM a FROM (WITH t AS (SELECT 1 AS x) SELECT x FROM t) AS s;'),
      says: [],
    },
  ]);

  casesOf('parameter-hidden-by-column', [
    {
      it: 'sees both without a table',
      before: T,
      up: sql('id int) RETURNS text', 'SELECT a FROM t WHERE id = id'),
      says: ['error: both sides of id = id are the column: the parameter id of f is hidden'],
    },
    {
      it: 'accepts $1, another name, and the function in front',
      before: T,
      up: sql('id int, x int) RETURNS text', 'SELECT a FROM t WHERE id = $1 AND id <> x AND t.id = f.id'),
      says: [],
    },
    {
      it: 'accepts a join by columns of one name that are no parameters',
      before: T,
      up: sql('x int) RETURNS text', 'SELECT a FROM t JOIN u ON u.id = t.id WHERE t.id = x'),
      says: [],
    },
    {
      it: 'accepts a join by columns that are written with their tables',
      before: T,
      up: sql('id int) RETURNS text', 'SELECT a FROM t JOIN u ON u.id = t.id WHERE t.id = $1'),
      says: [],
    },
  ]);

  casesOf('empty-search-path-unqualified', [
    {
      it: 'sees a function',
      before: `${T}\nCREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1';`,
      up: "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN PERFORM g(); END $$;",
      says: ['error: g is not found by the search_path of this function (42883): it is public.g'],
    },
    {
      it: 'accepts a search_path that has it',
      before: T,
      up: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$ BEGIN DELETE FROM t WHERE id = 1; END $$;',
      says: [],
    },
    {
      it: 'reports one that has it not',
      before: T,
      up: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$ BEGIN DELETE FROM t WHERE id = 1; END $$;',
      says: ['error: t is not found by the search_path of this function (42P01): it is public.t'],
    },
    {
      it: 'accepts temporary tables, WITH names and what PostgreSQL has',
      before: T,
      up: "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$ BEGIN CREATE TEMP TABLE t (id int); INSERT INTO t VALUES (lower('1')::int); PERFORM FROM pg_class; WITH u AS (SELECT 1) DELETE FROM public.u USING u AS o WHERE o IS NULL; END $$;",
      says: [],
    },
    {
      it: 'says nothing about a function without one',
      before: T,
      up: 'CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t WHERE id = 1; END $$;',
      says: [],
    },
  ]);

  casesOf('trigger-without-return', [
    {
      it: 'accepts one that always raises',
      up: "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$;",
      says: [],
    },
    {
      it: 'is not fooled by a comment',
      up: 'CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN /* RETURN NEW */ NULL; END $$;',
      says: ['error: f has no RETURN: every statement that fires it fails (2F005)'],
    },
    {
      it: 'accepts event triggers',
      up: 'CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;',
      says: [],
    },
  ]);

  casesOf('exception-swallowed', [
    {
      it: 'sees it among other handlers',
      up: 'DO $$ BEGIN PERFORM 1; EXCEPTION WHEN unique_violation THEN NULL; WHEN OTHERS THEN NULL; END $$;',
      says: ['warning: every error is swallowed here, also the one that nobody thought of'],
    },
    {
      it: 'accepts a handler that does something',
      up: "DO $$ BEGIN PERFORM 1; EXCEPTION WHEN OTHERS THEN RAISE WARNING 'oh'; END $$;",
      says: [],
    },
    {
      it: 'is not fooled by a text',
      up: "DO $$ BEGIN RAISE NOTICE 'WHEN OTHERS THEN NULL; END'; END $$;",
      says: [],
    },
  ]);

  casesOf('execute-concatenation', [
    {
      it: 'accepts quoted parts',
      up: plpgsql('x text) RETURNS void', "EXECUTE 'ANALYZE ' || quote_ident(x) || ';';"),
      says: [],
    },
    {
      it: 'accepts a catalog type, which quotes itself',
      up: plpgsql('x regclass) RETURNS void', "EXECUTE 'ANALYZE ' || x::regclass;"),
      says: [],
    },
    {
      it: 'accepts texts that are put together',
      up: plpgsql('x text) RETURNS void', "EXECUTE 'ANALYZE ' || 't' || format('(%I)', x);"),
      says: [],
    },
    {
      it: 'sees one part among many',
      up: plpgsql('x text) RETURNS void', "EXECUTE 'SELECT ' || quote_ident(x) || ' FROM ' || lower(x);"),
      says: ['warning: lower(x) becomes a part of the SQL as it is'],
    },
  ]);

  casesOf('immutable-reads-tables', [
    {
      it: 'sees the clock',
      up: 'CREATE FUNCTION f() RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT extract(year FROM now())::int $$;',
      says: ['warning: f says IMMUTABLE, and calls now'],
    },
    {
      it: 'accepts one that computes',
      up: "CREATE FUNCTION f(x text) RETURNS text LANGUAGE sql IMMUTABLE AS 'WITH t AS (SELECT lower(x) AS a) SELECT a FROM t';",
      says: [],
    },
  ]);
});
