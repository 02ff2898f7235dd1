import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isParsedArray } from '../../src/backends/types/adapter.ts';
import { viewColumns } from '../../src/backends/types/view-columns.ts';
import { FindingsError } from '../../src/core/errors.ts';
import { identifier } from '../../src/backends/sql.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { declarationOf, typesOf } from '../support/types.ts';

const fixtures = join(import.meta.dirname, '../fixtures/types');

/** What node-postgres does with a value of this type. Its declaration knows the built-in scalar types only. */
const parserOf = pg.types.getTypeParser as (oid: number) => (text: string) => unknown;

describe('the types of an awkward schema', () => {
  let database: PrivateDatabase;
  let text: string;
  beforeAll(async () => {
    database = await privateDatabase();
    await database.sql(readFileSync(join(fixtures, 'awkward.sql'), 'utf8'));
    ({ text } = await typesOf(database.parameters));
  });
  afterAll(() => database.drop());

  it('are as they were agreed on, to the byte, on every version of PostgreSQL', async () => {
    await expect(text).toMatchFileSnapshot('../fixtures/types/awkward.ts');
  });

  it('are the same the second time', async () => {
    expect((await typesOf(database.parameters)).text).toBe(text);
  });

  it('are as they were agreed on with every option', async () => {
    const { text: other } = await typesOf(database.parameters, {
      camelCase: true,
      enumArrays: true,
      parsedArrays: true,
      partitions: true,
      schemas: ['public', 'audit'],
      defaultSchema: 'audit',
      exclude: ['public.users_*', '42', 'full_*'],
      overrides: {
        'log.payload': 'import("./payload-type.js").Payload',
        'public.users.settings': 'ColumnType<{ theme: string }, string, never>',
        'public.users.zeta': '"a" | "b"',
        'public.users.home': '[string, string?]',
        'public.kinds.search': 'Record<string, number[]> & { readonly all?: (string | null)[] }',
      },
    });
    await expect(other).toMatchFileSnapshot('../fixtures/types/awkward-options.ts');
  });

  it('have the labels of an enum in catalog order', () => {
    expect(declarationOf(text, 'Priority')).toContain('"urgent" | "high" | "medium" | "low"');
  });

  it('have enums apart whose names differ only by case', () => {
    expect(declarationOf(text, 'Mood')).toContain('"happy" | "sad"');
    expect(declarationOf(text, 'Mood2')).toContain('"HAPPY" | "SAD"');
  });

  it('let no comment out of its comment', () => {
    expect(text).not.toMatch(/^export const/m);
    const code = text.replaceAll(/\/\*[^]*?\*\//g, '');
    expect(code).not.toContain('injected');
  });

  it('have columns in table order, after a column was dropped too', () => {
    expect(declarationOf(text, 'Dropped')).toMatch(/a: .*\n {2}b: .*\n {2}c: /);
    expect(declarationOf(text, 'Users')).toMatch(/id: [^]*zeta: [^]*email: [^]*alpha: /);
  });

  it('do not depend on the locale or the search path of anybody', async () => {
    const client = await database.client();
    const { rows } = await client.query<{ name: string }>('select current_database() as name');
    await client.query(`alter database ${rows[0]?.name ?? ''} set search_path = ''`);
    expect((await typesOf(database.parameters)).text).toBe(text);
  });

  it('never say not null where a null comes out', async () => {
    await database.sql(`
      insert into public.users (zeta, email, moods, alpha) select 'u' || n, 'a@b', '{}', true from generate_series(1, 3) n;
      insert into public.posts (id, author_id, title) values (1, 1, 'x'), (7, 1, 'y');
      refresh materialized view public.titles;
    `);
    const views = await database.sql<{ name: string; columns: string[] }>(
      `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
       from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
       where c.relkind in ('v', 'm') and c.relnamespace = 'public'::regnamespace group by c.relname`,
    );
    expect(views).toHaveLength(20);
    const seen = new Set<string>();
    for (const { name, columns } of views) {
      const [row] = await database.sql<Record<string, string>>(
        `select ${columns.map((column) => `count(*) filter (where ${identifier(column)} is null) as ${identifier(column)}`).join(', ')}
         from public.${identifier(name)}`,
      );
      const type = name.replaceAll(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase());
      const declaration = declarationOf(text, type);
      for (const column of columns) {
        if (row?.[column] === '0') continue;
        seen.add(`${name}.${column}`);
        expect(declaration, `${name}.${column}`).toMatch(new RegExp(`\\b${column}: .*\\| null`));
      }
    }
    // The rows are such that every kind of outer join did fill something up.
    expect([...seen]).toEqual(
      expect.arrayContaining([
        'left_join.title',
        'full_join.title',
        'nested_join.b',
        'united.title',
        'rolled_up.author_id',
      ]),
    );
  });

  it('take the same column for the origin of a field as the server sends', async () => {
    const client = await database.client();
    const { rows } = await client.query<{ name: string; definition: string; rule: string }>(
      `select c.relname as name, pg_get_viewdef(c.oid) as definition, r.ev_action::text as rule
       from pg_class c join pg_rewrite r on r.ev_class = c.oid and r.rulename = '_RETURN'
       where c.relnamespace = 'public'::regnamespace`,
    );
    await client.query('set search_path = public');
    let compared = 0;
    for (const { name, definition, rule } of rows) {
      const { fields } = await client.query(
        `select * from (${definition.replace(/;\s*$/, '')}) as q limit 0`,
      );
      const columns = viewColumns(rule, () => true) ?? [];
      expect(columns, name).toHaveLength(fields.length);
      columns.forEach(({ origin }, index) => {
        if (origin === undefined) return;
        compared += 1;
        const { tableID, columnID } = fields[index]!;
        expect({ tableID, columnID }, name).toEqual({ tableID: origin.relation, columnID: origin.number });
      });
    }
    expect(compared).toBeGreaterThan(20);
  });

  it('say of every built-in array whether the driver gives an array or text', async () => {
    const rows = await database.sql<{ oid: number; element: string }>(
      `select t.typarray as oid, t.typname as element from pg_type t
       where t.typarray <> 0 and t.typnamespace = 'pg_catalog'::regnamespace and t.typtype in ('b', 'r', 'm')`,
    );
    for (const { oid, element } of rows) {
      const given: unknown = parserOf(oid)('{}');
      expect(isParsedArray(element), element).toBe(Array.isArray(given));
    }
  });

  it('come without any right on the tables', async () => {
    const role = `reader_${database.parameters.database}`;
    await database.sql(`create role ${role} login password 'reader'`);
    try {
      const reader = { ...database.parameters, user: role, password: 'reader' };
      expect((await typesOf(reader)).text).toBe(text);
    } finally {
      await database.sql(`drop role ${role}`);
    }
  });
});

describe('types of a schema that has no correct ones', () => {
  let database: PrivateDatabase;
  beforeAll(async () => {
    database = await privateDatabase();
  });
  afterAll(() => database.drop());

  async function refusal(sql: string, settings: Parameters<typeof typesOf>[1]): Promise<readonly string[]> {
    await database.sql(`drop schema public cascade; create schema public; ${sql}`);
    const error: unknown = await typesOf(database.parameters, settings).catch((thrown: unknown) => thrown);
    if (!(error instanceof FindingsError)) throw new Error(`it was not refused: ${String(error)}`);
    expect(error.exitCode).toBe(2);
    return error.findings.map(({ message }) => message);
  }

  it('names tables that camel case makes one', async () => {
    expect(
      await refusal('create table user_data (a int); create table "userData" (a int)', { camelCase: true }),
    ).toEqual(['the tables "user_data" and "userData" are both userData in the interface DB']);
  });

  it('names columns that camel case makes one', async () => {
    expect(await refusal('create table t (first_name int, "firstName" int)', { camelCase: true })).toEqual([
      'the columns of t "first_name" and "firstName" are both firstName',
    ]);
  });

  it('names what the singular makes one', async () => {
    expect(
      await refusal('create table users (a int); create table "user" (a int)', { singularize: true }),
    ).toEqual(['the names "user" and "users" are both User in the singular']);
    expect(
      await refusal(`create type status as enum ('a'); create table statuses (a status)`, {
        singularize: true,
      }),
    ).toEqual(['the names "statuses" and "status" are both Status in the singular']);
  });

  it('names a type in a comment that cannot be read', async () => {
    const messages = await refusal(
      `create table t (a jsonb); comment on column t.a is '@type string; } export const x = 1; interface Y {'`,
      {},
    );
    expect(messages).toEqual([
      'the type of t.a in its comment cannot be read: "= 1; interface Y {" is not understood',
    ]);
  });

  it('names an override of a column that does not exist', async () => {
    expect(
      await refusal('create table t (a jsonb)', { overrides: { 't.b': 'string', 'u.a': 'string' } }),
    ).toEqual([
      'types.overrides names t.b, which is no column',
      'types.overrides names u.a, which is no column',
    ]);
  });

  it('warns of names that CamelCasePlugin does not find again', async () => {
    await database.sql(
      'drop schema public cascade; create schema public; create table t (line_1 int, fine_name int)',
    );
    const { findings } = await typesOf(database.parameters, { camelCase: true });
    expect(findings.map(({ message }) => message)).toEqual([
      'CamelCasePlugin does not find its way back to line_1',
    ]);
  });

  it('refuses patterns that leave nothing', async () => {
    await expect(typesOf(database.parameters, { include: ['nothing*'] })).rejects.toThrow(
      'none of the 1 tables is wanted',
    );
  });

  it('names interfaces in the singular', async () => {
    await database.sql(
      'drop schema public cascade; create schema public; create table people (a int); create table course_categories (a int)',
    );
    const { text } = await typesOf(database.parameters, { singularize: true });
    expect(declarationOf(text, 'DB')).toMatch(/course_categories: CourseCategory;\n {2}people: Person;/);
  });

  it('gives the same fingerprint for the same schema, another one after a change', async () => {
    const before = await typesOf(database.parameters);
    await database.sql('create index on people (a); insert into people values (1); analyze people');
    expect((await typesOf(database.parameters)).fingerprint).toBe(before.fingerprint);
    await database.sql('alter table people alter a set default 1');
    expect((await typesOf(database.parameters)).fingerprint).not.toBe(before.fingerprint);
  });

  it('leaves out what belongs to extensions and to the tool', async () => {
    await database.sql('create schema lms_db; create table lms_db.migrations (a int)');
    const extensions = await database.sql(
      `select from pg_available_extensions where name = 'pg_stat_statements'`,
    );
    if (extensions.length > 0) await database.sql('create extension pg_stat_statements schema public');
    const { text } = await typesOf(database.parameters);
    expect(declarationOf(text, 'DB')).not.toMatch(/stat|migrations/);
  });

  it('knows that a NOT NULL which was never validated proves nothing', async (context) => {
    const [server] = await database.sql<{ version: number }>(
      `select current_setting('server_version_num')::int as version`,
    );
    if ((server?.version ?? 0) < 180000) context.skip('PostgreSQL 18 has such constraints');
    await database.sql(`create table late (a int, b int not null no inherit); insert into late values (null, 1);
      create table later () inherits (late); alter table late add constraint late_a not null a not valid`);
    expect(declarationOf((await typesOf(database.parameters)).text, 'Late')).toMatch(
      /a: number \| null;\n {2}b: number \| null;/,
    );
  });
});
