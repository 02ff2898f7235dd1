import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Event } from '../../src/core/event.ts';
import type { TargetReport, Verification } from '../../src/core/report.ts';
import { migrate } from '../../src/operations/migrate.ts';
import { rollBack } from '../../src/operations/roll-back.ts';
import { catalogOf, countsOf } from '../support/catalog.ts';
import type { Sql } from '../support/catalog.ts';
import type { PrivateDatabase } from '../support/database.ts';
import { chunksOnDisk, COMPANIES, enpycoContext, loadRows, ORIGINAL, statusesOf } from '../support/enpyco.ts';
import { ENPYCO_VECTOR_VIOLATIONS } from '../support/enpyco-violations.ts';
import { alone, vectorDatabase } from '../support/enpyco-vector.ts';
import { succeeded } from '../support/lms.ts';
import { brokenNames, verified } from '../support/verify.ts';

/** The embedding that the rows of the tests give chunk n: see loadRows. */
const embedding = (n: number): number[] => Array.from({ length: 1536 }, (_, k) => Math.sin(n * (k + 1)));

/** Near to chunk 7, half as near to 9, a quarter to 12: waves of different lengths have nothing in common. */
const asked = ((): string => {
  const [near, half, quarter] = [embedding(7), embedding(9), embedding(12)];
  return JSON.stringify(near.map((value, k) => value + (half[k] ?? 0) / 2 + (quarter[k] ?? 0) / 4));
})();

/** Content and memoire of the chunks, as loadRows makes them. */
const chunk = (memoire: number, place: number): string => `${memoire}/${place}`;

describe('the enpyco project where pgvector is (E-17)', () => {
  let database: PrivateDatabase;
  let sql: Sql;
  /** The catalog before anything, and after the original schema. */
  let empty: string[];
  let original: string[];
  let chunks: readonly unknown[];
  let statuses: ReadonlyMap<string, string | null>;
  let indexFile: unknown;
  const said: string[] = [];

  const listening = async () => {
    const context = alone(await enpycoContext(database));
    return {
      ...context,
      emit: (event: Event) => {
        if (event.type === 'note') said.push(event.message);
      },
    };
  };
  const up = async (to?: string): Promise<TargetReport> => succeeded(migrate(await listening(), { to }));
  const down = async (to?: string): Promise<TargetReport> =>
    succeeded(
      rollBack(await listening(), {
        ...(to === undefined ? { count: 'all' } : { to }),
        consent: () => Promise.resolve(),
      }),
    );
  const verification = async (): Promise<Verification> =>
    (await verified(alone(await enpycoContext(database)))).verification;
  const vectorIndexFile = () => sql(`select pg_relation_filenode('idx_document_chunks_embedding') as file`);

  /** Rows of a query under some settings, which all connections to the one backend share. */
  async function rowsWith(settings: Readonly<Record<string, string>>, query: string, values: unknown[] = []) {
    for (const [name, value] of Object.entries(settings))
      await sql('select set_config($1, $2, false)', [name, value]);
    try {
      return await sql(query, values);
    } finally {
      for (const name of Object.keys(settings)) await sql(`reset ${name}`);
    }
  }
  /** What match_documents() finds, looking into all ten lists of the index: `memoire/chunk` and similarity. */
  async function found(more = ''): Promise<readonly (readonly [chunk: string, similarity: number])[]> {
    const rows = await rowsWith(
      { 'ivfflat.probes': '10' },
      `select storage_path, content, similarity from match_documents($1::vector${more})
       join document_chunks using (id, content) join memoires on memoires.id = memoire_id order by similarity desc`,
      [asked],
    );
    return rows.map(({ storage_path, content, similarity }) => [
      chunk(Number(String(storage_path).split('/')[1]), Number(String(content).split(' ')[1])),
      Number(similarity),
    ]);
  }

  beforeAll(async () => {
    database = await vectorDatabase();
    sql = database.sql;
    empty = await catalogOf(sql);
  });
  afterAll(() => database.drop());

  it('makes the original schema with vectors and an IVFFlat index, without a word of degradation', async () => {
    await up(ORIGINAL);
    expect(said.filter((message) => message.includes('degraded'))).toEqual([]);
    expect(await countsOf(sql)).toEqual({
      tables: 4,
      enums: 0,
      fks: 2,
      explicit_indexes: 3,
      pg_indexes: 7,
      triggers: 0,
    });
    expect(
      await sql(
        `select attnum::int as place, format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = 'document_chunks'::regclass and attname = 'embedding'`,
      ),
    ).toEqual([{ place: 4, type: 'vector(1536)' }]);
    expect(
      await sql(`select indexdef from pg_indexes where indexname = 'idx_document_chunks_embedding'`),
    ).toEqual([
      {
        indexdef:
          "CREATE INDEX idx_document_chunks_embedding ON public.document_chunks USING ivfflat (embedding vector_cosine_ops) WITH (lists='10')",
      },
    ]);
    original = await catalogOf(sql);
  });

  it('takes embeddings of 1536 numbers, and no others', async () => {
    await loadRows(sql);
    await expect(sql(`update document_chunks set embedding = '[1, 2, 3]'`)).rejects.toMatchObject({
      code: '22000',
      message: 'expected 1536 dimensions, not 3',
    });
    // The index was built over no rows: it finds its lists when it is built again.
    await sql('reindex index idx_document_chunks_embedding');
    chunks = await chunksOnDisk(sql);
    statuses = await statusesOf(sql);
    indexFile = await vectorIndexFile();
    expect([chunks.length, statuses.size]).toEqual([80, 65]);
  });

  it('orders by cosine distance through the index', async () => {
    const nearest = `select content from document_chunks order by embedding <=> '${asked}'::vector limit 3`;
    expect(JSON.stringify(await rowsWith({ enable_seqscan: 'off' }, `explain ${nearest}`))).toContain(
      'Index Scan using idx_document_chunks_embedding',
    );
    const distance = `select min(embedding <=> (select embedding from document_chunks where id = md5('chunk1 3')::uuid)) as least,
      count(embedding)::int as embedded from document_chunks`;
    expect(await sql(distance)).toEqual([{ least: 0, embedded: 72 }]);
  });

  const searches = (): void => {
    it('match_documents() gives the nearest chunks first, ten unless told otherwise', async () => {
      const ten = await found();
      expect(ten).toHaveLength(10);
      // 1, 1/2 and 1/4 over the length of the sum of the three.
      const length = Math.hypot(1, 1 / 2, 1 / 4);
      expect(ten.slice(0, 3)).toEqual([
        [chunk(1, 3), expect.closeTo(1 / length, 2)],
        [chunk(2, 1), expect.closeTo(1 / 2 / length, 2)],
        [chunk(2, 4), expect.closeTo(1 / 4 / length, 2)],
      ]);
      expect((await found(', 2')).map(([which]) => which)).toEqual([chunk(1, 3), chunk(2, 1)]);
    });

    it('match_documents() looks only into the memoires it is given, and up from a similarity', async () => {
      const second = `array[md5('memoire2')::uuid]`;
      expect((await found(`, 2, ${second}`)).map(([which]) => which)).toEqual([chunk(2, 1), chunk(2, 4)]);
      expect((await found(', 10, null, 0.3')).map(([which]) => which)).toEqual([chunk(1, 3), chunk(2, 1)]);
      expect(await found(`, 10, ${second}, 0.9`)).toEqual([]);
    });
  };
  searches();

  it('match_documents() works with an empty search_path, and by the names of its parameters', async () => {
    const rows = await rowsWith(
      { search_path: '' },
      `select content from public.match_documents(query_embedding => $1::public.vector, match_count => 1,
         memoire_ids => array[pg_catalog.md5('memoire1')::uuid], min_similarity => 0.5)`,
      [asked],
    );
    expect(rows).toEqual([{ content: 'chunk 3' }]);
  });

  it('passes its checks, and the built-in check of functions looks into match_documents()', async () => {
    const at = await verification();
    expect([at.version, ...brokenNames(at)]).toEqual([ORIGINAL]);
    expect(at.checks.filter(({ skipped }) => skipped?.includes('vector'))).toEqual([]);
    const functions = at.builtin.find(({ id }) => id === 'failing-function');
    expect(functions).toMatchObject({ passed: true, untried: [] });
  });

  it('goes on to companies: neither the chunks nor their index are touched', async () => {
    const report = await up();
    expect(report.outcomes.map(({ version, checks }) => [version, checks.length])).toEqual([[COMPANIES, 11]]);
    expect(await countsOf(sql)).toEqual({
      tables: 15,
      enums: 5,
      fks: 22,
      explicit_indexes: 36,
      pg_indexes: 53,
      triggers: 6,
    });
    expect(await chunksOnDisk(sql)).toEqual(chunks);
    expect(await vectorIndexFile()).toEqual(indexFile);
    const at = await verification();
    expect([at.version, ...brokenNames(at)]).toEqual([COMPANIES]);
  });
  searches();

  it.each(Object.entries(ENPYCO_VECTOR_VIOLATIONS))(
    '%s: fails, and no other, when that is broken',
    async (name, broken) => {
      const [made] = await sql<{ index: string; function: string }>(
        `select pg_get_indexdef('idx_document_chunks_embedding'::regclass) as index,
         pg_get_functiondef('match_documents'::regproc) as function`,
      );
      await sql(broken);
      expect(brokenNames(await verification())).toEqual([name]);
      await sql(broken.includes('index') ? (made?.index ?? '') : (made?.function ?? ''));
      expect(brokenNames(await verification())).toEqual([]);
    },
  );

  it('comes back: the four tables, the statuses, the chunks and their search as they were', async () => {
    await sql(
      `comment on function match_documents is 'The chunks nearest to an embedding, nearest first: cosine similarity from min_similarity up, of these memoires or of all.'`,
    );
    await down(ORIGINAL);
    expect(await catalogOf(sql)).toEqual(original);
    expect(await statusesOf(sql)).toEqual(statuses);
    expect(await chunksOnDisk(sql)).toEqual(chunks);
  });
  searches();

  it('goes down to nothing: the extension that it created is gone too', async () => {
    await down();
    expect(await catalogOf(sql)).toEqual(empty);
    expect(await sql(`select extname from pg_extension where extname = 'vector'`)).toEqual([]);
    expect(await sql(`select to_regclass('lms_db.enpyco_000_created') as created`)).toEqual([
      { created: null },
    ]);
  });

  it('leaves the extension where something else has come to use it, and says so', async () => {
    await up();
    await sql('create table elsewhere (embedding vector(3))');
    await down();
    expect(said).toContain('the extension vector is kept: other objects use it by now');
    expect(await sql(`select to_regclass('lms_db.enpyco_000_created') as created`)).toEqual([
      { created: null },
    ]);
    await sql('drop table elsewhere; drop extension vector');
    expect(await catalogOf(sql)).toEqual(empty);
  });

  it('uses an extension that is already there, in whatever schema, and leaves it there', async () => {
    await sql('create schema extensions; create extension vector schema extensions');
    const before = await catalogOf(sql);
    await up(ORIGINAL);
    await loadRows(sql);
    await up();
    expect(
      await rowsWith(
        { 'ivfflat.probes': '10' },
        'select content from match_documents($1::extensions.vector, 1)',
        [asked],
      ),
    ).toEqual([{ content: 'chunk 3' }]);
    expect(brokenNames(await verification())).toEqual([]);
    await down();
    expect(await catalogOf(sql)).toEqual(before);
  });
});
