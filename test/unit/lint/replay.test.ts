import { describe, expect, it } from 'vitest';
import type { Schema } from '../../../src/core/schema/schema.ts';
import { typeText } from '../../../src/core/schema/types.ts';
import { lintOf } from '../../support/lint.ts';

/** What is known after these statements. */
function after(...texts: readonly string[]): Schema {
  const last = lintOf(texts, {}, []).replayed.at(-1);
  if (last === undefined) throw new Error('nothing was replayed');
  return last.file.after;
}

const columns = (schema: Schema, table: string): readonly string[] =>
  (schema.relation({ name: table })?.columns ?? []).map(
    ({ name, type, notNull }) => `${name} ${typeText(type)}${notNull ? ' not null' : ''}`,
  );

describe('replaying', () => {
  it('knows columns with types, aliases resolved, and what may not be null', () => {
    const schema = after(
      'CREATE TABLE t (id bigserial PRIMARY KEY, a INTEGER, b varchar(50) NOT NULL, c numeric(10,2)[], d timestamp with time zone, e public.mood);',
    );
    expect(columns(schema, 't')).toEqual([
      'id bigint not null',
      'a integer',
      'b varchar(50) not null',
      'c numeric(10,2)[]',
      'd timestamptz',
      'e public.mood',
    ]);
    expect(schema.sequence({ name: 't_id_seq' })?.ownedBy?.column).toBe('id');
  });

  it('follows ALTER TABLE', () => {
    const schema = after(
      'CREATE TABLE t (id int PRIMARY KEY, a int, b text, c text UNIQUE);',
      'ALTER TABLE t ADD COLUMN d int, ALTER COLUMN a SET NOT NULL, ALTER COLUMN b TYPE varchar(9), DROP COLUMN c; ALTER TABLE t RENAME COLUMN d TO e;',
    );
    expect(columns(schema, 't')).toEqual([
      'id integer not null',
      'a integer not null',
      'b varchar(9)',
      'e integer',
    ]);
    expect(schema.indexesOf({ schema: 'public', name: 't' }).map(({ name }) => name)).toEqual(['t_pkey']);
  });

  it('names constraints and indexes as PostgreSQL does', () => {
    const schema = after(
      'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE t (id int PRIMARY KEY, p int REFERENCES p, q int REFERENCES p, a int CHECK (a > 0) CHECK (a < 9), b int UNIQUE, UNIQUE (a, b), CHECK (a < b));',
      'CREATE INDEX ON t (a); CREATE INDEX ON t (a); CREATE INDEX ON t (lower(a::text));',
    );
    const names = schema.relation({ name: 't' })?.constraints.map(({ name }) => name);
    expect(names).toEqual([
      't_pkey',
      't_p_fkey',
      't_q_fkey',
      't_a_check',
      't_a_check1',
      't_b_key',
      't_a_b_key',
      't_check',
    ]);
    expect(schema.indexesOf({ schema: 'public', name: 't' }).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['t_a_idx', 't_a_idx1', 't_lower_idx'.replace('lower', 'expr')]),
    );
  });

  it('follows validity, renames, schemas and drops', () => {
    const schema = after(
      'CREATE SCHEMA app; CREATE TABLE app.t (id int PRIMARY KEY, a int); CREATE TABLE r (t int REFERENCES app.t);',
      'ALTER TABLE app.t ADD CONSTRAINT ck CHECK (a > 0) NOT VALID; ALTER TABLE app.t RENAME TO u;',
      'ALTER TABLE app.u VALIDATE CONSTRAINT ck; ALTER TABLE app.u SET SCHEMA public;',
    );
    expect(schema.relation({ name: 't' })).toBeUndefined();
    expect(schema.relation({ name: 'u' })?.constraints.find(({ name }) => name === 'ck')?.valid).toBe(true);
    expect(schema.relation({ name: 'r' })?.constraints[0]?.references?.table).toEqual({
      schema: 'public',
      name: 'u',
    });
  });

  it('looks names up along the search_path of the file, which ends with it', () => {
    const schema = after(
      'SET search_path = app, public; CREATE TABLE t (id int);',
      'CREATE TABLE t (id int);',
    );
    expect(schema.relations.map((table) => `${table.schema}.${table.name}`)).toEqual(['app.t', 'public.t']);
  });

  it('gives partitions the columns and indexes of their parent, and changes them with it', () => {
    const schema = after(
      'CREATE TABLE p (id int, k int) PARTITION BY LIST (k); CREATE INDEX p_id ON p (id); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p0 PARTITION OF p DEFAULT;',
      'ALTER TABLE p ADD COLUMN x int NOT NULL DEFAULT 1; ALTER TABLE p DETACH PARTITION p0;',
    );
    expect(columns(schema, 'p1')).toEqual(['id integer', 'k integer', 'x integer not null']);
    expect(schema.indexesOf({ schema: 'public', name: 'p1' })).toHaveLength(1);
    expect(schema.relation({ name: 'p0' })?.parent).toBeUndefined();
  });

  it('knows policies, row security, triggers, enums, domains, functions and grants', () => {
    const schema = after(
      `CREATE TABLE t (id int); ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t FOR SELECT TO app USING (true);
       CREATE TYPE mood AS ENUM ('a', 'c'); ALTER TYPE mood ADD VALUE 'b' BEFORE 'c';
       CREATE DOMAIN d AS int CHECK (value > 0);
       CREATE FUNCTION f(int) RETURNS int LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'select 1';
       CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'select 2';
       GRANT SELECT, INSERT ON t TO app; REVOKE INSERT ON t FROM app;`,
    );
    const table = schema.relation({ name: 't' });
    expect(table?.rowSecurity).toBe(true);
    expect(table?.policies).toMatchObject([
      { name: 'p', command: 'select', roles: ['app'], permissive: true },
    ]);
    expect(schema.enum({ name: 'mood' })?.labels).toEqual(['a', 'b', 'c']);
    expect(schema.domain({ name: 'd' })?.constraints).toEqual([{ name: 'd_check', valid: true }]);
    expect(
      schema.routinesNamed({ name: 'f' }).map((one) => [one.arguments, one.volatility, one.settings]),
    ).toEqual([
      [['integer'], 'stable', ['search_path']],
      [['text'], 'volatile', []],
    ]);
    expect(schema.grants).toMatchObject([{ privileges: ['select'], roles: ['app'] }]);
  });

  it('takes what a DO block and a called function do as done, and a function that nobody calls as not', () => {
    const schema = after(
      "DO $$ BEGIN CREATE TABLE one (id int); EXECUTE 'CREATE TABLE ' || 'two (id int)'; END $$;",
      'CREATE FUNCTION make() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TABLE three (id int); END $$; CREATE FUNCTION never() RETURNS void LANGUAGE sql AS $$ CREATE TABLE four (id int) $$;',
      'SELECT make();',
    );
    expect(schema.relations.map(({ name }) => name)).toEqual(['one', 'two', 'three']);
  });

  it('leaves a copy alone when the original goes on', () => {
    const result = lintOf(['CREATE TABLE t (id int);', 'ALTER TABLE t ADD COLUMN a int;'], {}, []);
    const [, second] = result.replayed;
    expect(second?.file.before.relation({ name: 't' })?.columns).toHaveLength(1);
    expect(second?.file.after.relation({ name: 't' })?.columns).toHaveLength(2);
  });
});
