import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer } from '../../src/backends/server.ts';
import { quoted } from '../../src/core/sql-text.ts';
import { WRITTEN } from '../../src/core/snapshot/written-facts.ts';
import type { Session } from '../../src/core/ports.ts';
import { awkwardDatabase, DROP_SUBSCRIPTION } from '../support/awkward.ts';
import type { AwkwardDatabase } from '../support/awkward.ts';
import { applyBundled, bundledProjects } from '../support/bundled.ts';
import { privateDatabase } from '../support/database.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { serverVersion } from '../support/lms.ts';
import { CROOKED_ROLES, crookedSql, loaded, snapshotOf, snapshotOfDatabase } from '../support/snapshot.ts';

const projects = await bundledProjects();

const old = (await serverVersion()) < 150_000;

describe('a snapshot', () => {
  it.each(projects)('of $name loads into an empty database and gives the same picture', async (project) => {
    const database = await privateDatabase();
    try {
      if ((await serverVersion()) < project.postgres * 10_000) return;
      await applyBundled(database, project);
      const snapshot = await snapshotOfDatabase(database);
      expect(snapshot.text).not.toContain('lms_db.');
      const copy = await loaded(snapshot);
      expect(copy.differences).toEqual([]);
      expect(copy.text).toBe(snapshot.text);
    } finally {
      await database.drop();
    }
  });

  it('of an empty database is empty but for its settings', async () => {
    const database = await privateDatabase();
    try {
      const { text, objects, tables } = await snapshotOfDatabase(database);
      expect(text).not.toMatch(/^(?:CREATE|ALTER|GRANT|REVOKE|COMMENT|DROP)/m);
      // The schema public and plpgsql.
      expect({ objects, tables }).toEqual({ objects: 2, tables: 0 });
    } finally {
      await database.drop();
    }
  });

  describe('of the awkward schema', () => {
    let awkward: AwkwardDatabase;
    beforeAll(async () => {
      awkward = await awkwardDatabase();
    });
    afterAll(() => awkward.drop());

    it('is refused as long as something cannot be written, and names it', async () => {
      const { text, problems } = await snapshotOf(awkward.session);
      expect(text).toBeUndefined();
      expect(problems).toEqual([
        'subscription feed: its connection string may hold a password; subscribe where the snapshot is loaded',
      ]);
    });

    it('gives the same picture', async () => {
      await awkward.session.script(DROP_SUBSCRIPTION);
      const snapshot = await snapshotOf(awkward.session);
      const copy = await loaded(snapshot);
      expect(copy.differences).toEqual([]);
      expect(copy.text).toBe(snapshot.text);
    });

    it('knows every fact of every object', async () => {
      const { picture } = await snapshotOf(awkward.session);
      const unknown = picture.objects.flatMap(({ kind, facts }) =>
        kind === 'subscription'
          ? []
          : Object.keys(facts)
              .filter((fact) => !WRITTEN[kind].includes(fact))
              .map((fact) => `${kind}: ${fact}`),
      );
      expect([...new Set(unknown)].filter((line) => !FOREIGN_TABLES_HAVE_NONE.includes(line))).toEqual([]);
    });
  });

  describe('of the crooked schema', () => {
    let database: PrivateDatabase;
    let session: Session;
    beforeAll(async () => {
      database = await privateDatabase();
      session = await database.database.connect('work');
      await session.script(CROOKED_ROLES.map((role) => `create role ${role};`).join(' '));
      await session.script(crookedSql(session.serverVersion));
    });
    afterAll(async () => {
      await session.script(CROOKED_ROLES.map((role) => `drop owned by ${role} cascade;`).join(' '));
      await session.close();
      await database.drop();
      const rest = await privateDatabase();
      await rest.sql(CROOKED_ROLES.map((role) => `drop role ${role};`).join(' '));
      await rest.drop();
    });

    it('gives the same picture', async () => {
      const snapshot = await snapshotOf(session);
      const copy = await loaded(snapshot);
      expect(copy.differences).toEqual([]);
      expect(copy.text).toBe(snapshot.text);
    });

    // Before PostgreSQL 15 the schema public belongs to whoever made the cluster, which another maker sees.
    it.skipIf(old)(
      'is the same whoever made the schema, whatever their settings, and whatever stood there before',
      async () => {
        const other = await privateDatabase();
        const role = `maker_${other.parameters.database}`;
        try {
          await other.sql(`create role ${role} superuser login password 'x'`);
          const client = await other.client();
          await client.query(`alter role ${role} set timezone = 'Asia/Tokyo'; alter role ${role} set datestyle = 'German';
          alter role ${role} set search_path = app; alter role ${role} set quote_all_identifiers = on; set role ${role}`);
          // The ids of everything that follows are others.
          await client.query('create table noise (id serial primary key); drop table noise');
          await client.query(crookedSql(session.serverVersion));
          const theirs = await privateSession(other, role);
          try {
            expect((await snapshotOf(theirs)).text).toBe((await snapshotOf(session)).text);
          } finally {
            await theirs.close();
          }
        } finally {
          await other.drop();
          await database.sql(`drop role ${role}`);
        }
      },
    );
  });

  it('says which columns will stand in another order', async () => {
    const database = await privateDatabase();
    try {
      await database.sql(`create table parents (a int); create table children (b int) inherits (parents);
        alter table parents add column c int`);
      const snapshot = await snapshotOfDatabase(database);
      expect(snapshot.remarks).toEqual([
        'columns of children stand in another order once the snapshot is loaded: a, c, b instead of a, b, c',
      ]);
      expect((await loaded(snapshot)).differences).toEqual([
        'columns of children stand in another order: a, c, b instead of a, b, c',
      ]);
    } finally {
      await database.drop();
    }
  });

  describe('of what cannot be written', () => {
    let database: PrivateDatabase;
    beforeAll(async () => {
      database = await privateDatabase();
    });
    afterAll(() => database.drop());

    it.each([
      [
        'an invalid index',
        `create table t (id int); insert into t values (1), (1)`,
        `create unique index concurrently broken on t (id)`,
        /^index broken: it is not valid; drop it or build it again \(REINDEX\)$/,
      ],
      [
        'views and functions that need each other in a circle',
        `create view v as select 1 as one;
         create function f() returns setof v language sql begin atomic select 1 as one; end;
         create or replace view v as select one from f()`,
        'select 1',
        /^(?:view v needs function f\(\) needs view v|function f\(\) needs view v needs function f\(\)): no order makes them/,
      ],
    ])('names %s', async (_, sql, last, said) => {
      await database.sql('drop schema public cascade; create schema public');
      await database.sql(sql);
      await database.sql(last).catch(() => undefined);
      const { text, problems } = await snapshotOfDatabase(database);
      expect(text).toBeUndefined();
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(said);
    });
  });
});

/** Facts that foreign tables share with tables and cannot have. */
const FOREIGN_TABLES_HAVE_NONE = [
  ...[
    'replica identity',
    'partition key',
    'options',
    'toast options',
    'access method',
    'tablespace',
    'of type',
  ].map((fact) => `foreign table: ${fact}`),
  'table: foreign server',
  'table: foreign options',
  ...['populated', 'access method', 'tablespace', 'depends on extensions'].map((fact) => `view: ${fact}`),
];

async function privateSession({ parameters }: PrivateDatabase, user: string): Promise<Session> {
  return openServer({ ...parameters, user, password: 'x' }).connect('look');
}

describe('a name in SQL', () => {
  it('is quoted where the server of the run would', async () => {
    const database = await privateDatabase();
    try {
      const rows = await database.sql<{ word: string; quoted: string }>(
        `select word, quote_ident(word) as quoted from pg_get_keywords()
         union all select name, quote_ident(name) from unnest(array['plain', 'with space', 'Upper', 'a"b', '1st', 'a$b', 'ünï', '_x9']) as name`,
      );
      expect(rows.length).toBeGreaterThan(400);
      // A word that is reserved in a newer version only may be quoted in an older one.
      const missing = rows.filter((row) => row.quoted !== row.word && quoted(row.word) !== row.quoted);
      expect(missing).toEqual([]);
      expect(['plain', '_x9', 'name'].map(quoted)).toEqual(['plain', '_x9', 'name']);
    } finally {
      await database.drop();
    }
  });
});
