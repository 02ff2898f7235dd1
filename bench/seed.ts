// Loads rows into an empty table: lms-db seed against psql \copy and batched inserts. `npx tsx bench/seed.ts --rows 1000000`
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { median, timed } from './measure.ts';
import { openBenchServer } from './server.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    rounds: { type: 'string', default: '3' },
    insert: { type: 'string' },
  },
});
const ROWS = Number(values.rows);
const BATCH = 1_000;
const COLUMNS = ['id', 'name', 'amount', 'at', 'data', 'flag', 'price', 'tags'] as const;
const TABLE = `create table items (id uuid primary key, name text not null, amount int not null, at timestamptz not null,
  data jsonb not null, flag bool not null, price numeric(10,2) not null, tags text[] not null)`;

/** The same row for the same number, whoever asks. */
function row(number: number): Record<(typeof COLUMNS)[number], string | number | boolean> {
  const hex = number.toString(16).padStart(12, '0');
  return {
    id: `00000000-0000-4000-8000-${hex}`,
    name: `item ${number}, "the ${number % 97}th"`,
    amount: number,
    at: new Date(1_700_000_000_000 + number * 1_000).toISOString(),
    data: `{"n": ${number}, "kind": "k${number % 13}"}`,
    flag: number % 2 === 0,
    price: `${number % 10_000}.${String(number % 100).padStart(2, '0')}`,
    tags: `{a${number % 7},b${number % 11}}`,
  };
}

async function writeRows(file: string, line: (number: number) => string, header = ''): Promise<void> {
  const handle = await open(file, 'w');
  await handle.write(header);
  for (let from = 0; from < ROWS; from += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, ROWS - from) }, (_, index) => line(from + index));
    await handle.write(lines.join(''));
  }
  await handle.close();
}

function csvLine(number: number): string {
  return `${Object.values(row(number))
    .map((value) => (/[",]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value)))
    .join(',')}\n`;
}

function jsonLine(number: number): string {
  const { data, tags, ...rest } = row(number);
  const list = String(tags).slice(1, -1).split(',');
  return `${JSON.stringify({ ...rest, data: JSON.parse(String(data)) as unknown, tags: list })}\n`;
}

/** What the child of a contender that inserts does. */
async function insert(library: string, url: string): Promise<void> {
  const batches = function* (): Generator<ReturnType<typeof row>[]> {
    for (let from = 0; from < ROWS; from += BATCH) {
      yield Array.from({ length: Math.min(BATCH, ROWS - from) }, (_, index) => row(from + index));
    }
  };
  if (library === 'kysely') {
    const pool = new pg.Pool({ connectionString: url });
    const db = new Kysely<{ items: ReturnType<typeof row> }>({ dialect: new PostgresDialect({ pool }) });
    await db.transaction().execute(async (inner) => {
      for (const batch of batches()) await inner.insertInto('items').values(batch).execute();
    });
    await sql`select 1`.execute(db);
    await db.destroy();
    return;
  }
  interface KnexClient {
    transaction(
      work: (inner: (table: string) => { insert(rows: unknown): Promise<unknown> }) => Promise<void>,
    ): Promise<void>;
    destroy(): Promise<void>;
  }
  const require = createRequire(new URL('peers/package.json', import.meta.url));
  const knex = (require('knex') as (options: unknown) => KnexClient)({ client: 'pg', connection: url });
  await knex.transaction(async (inner) => {
    for (const batch of batches()) await inner('items').insert(batch);
  });
  await knex.destroy();
}

interface Contender {
  readonly name: string;
  readonly program: string;
  readonly arguments: readonly string[];
  readonly before?: readonly string[];
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'lms-db-bench-seed-'));
  const server = await openBenchServer(process.env['LMS_DB_BENCH_URL']);
  try {
    for (const format of ['csv', 'ndjson'] as const) {
      const root = join(folder, format);
      for (const path of ['migrations', 'rollbacks', 'seeds/reference'])
        mkdirSync(join(root, path), { recursive: true });
      writeFileSync(join(root, 'migrations/1-nothing.sql'), 'SELECT 1;\n');
      writeFileSync(join(root, 'rollbacks/1-nothing.sql'), 'SELECT 1;\n');
      const file = join(root, `seeds/reference/1-items.${format}`);
      await writeRows(
        file,
        format === 'csv' ? csvLine : jsonLine,
        format === 'csv' ? `${COLUMNS.join(',')}\n` : '',
      );
    }
    const csv = join(folder, 'csv/seeds/reference/1-items.csv');
    const program = join(import.meta.dirname, '../bin/lms-db.js');
    const url = server.urlOf('seed');
    const self = [
      '--import',
      import.meta.resolve('tsx'),
      import.meta.filename,
      '--rows',
      String(ROWS),
      '--insert',
    ];
    const knex = existsSync(join(import.meta.dirname, 'peers/node_modules/knex'));
    const contenders: readonly Contender[] = [
      {
        name: 'psql \\copy',
        program: 'psql',
        arguments: ['-X', '-q', '-d', url, '-c', `\\copy items from '${csv}' with (format csv, header)`],
      },
      {
        name: 'lms-db seed .csv',
        program: process.execPath,
        arguments: [program, 'seed', '--url', url, '--quiet'],
      },
      {
        name: 'lms-db seed .ndjson',
        program: process.execPath,
        arguments: [program, 'seed', '--url', url, '--quiet'],
      },
      {
        name: 'lms-db seed .csv, table full',
        program: process.execPath,
        arguments: [program, 'seed', '--url', url, '--quiet'],
        before: [
          `\\copy items from '${csv}' with (format csv, header)`,
          `update items set name = 'old' where amount % 100 = 0`,
        ],
      },
      { name: 'Kysely, 1000 rows a batch', program: process.execPath, arguments: [...self, 'kysely'] },
      ...(knex
        ? [{ name: 'knex, 1000 rows a batch', program: process.execPath, arguments: [...self, 'knex'] }]
        : []),
    ];
    process.stdout.write(
      `${ROWS} rows × 8 columns, ${(statSync(csv).size / 1e6).toFixed(0)} MB, PostgreSQL ${server.version} (${server.origin}), ${values.rounds} rounds in turn\n\n`,
    );
    const times = new Map<string, number[]>();
    const memory = new Map<string, number>();
    const never = new AbortController().signal;
    for (let round = 0; round < Number(values.rounds); round += 1) {
      for (const contender of contenders) {
        await server.make('seed');
        await server.ask('seed', TABLE);
        for (const text of contender.before ?? []) {
          await timed(
            { program: 'psql', arguments: ['-X', '-q', '-d', url, '-c', text], cwd: folder, env: {} },
            never,
          );
        }
        const rss = join(folder, 'rss');
        rmSync(rss, { force: true });
        const hook = `data:text/javascript,import{writeFileSync}from'node:fs';process.on('exit',()=>writeFileSync(process.env.RSS_FILE,String(process.resourceUsage().maxRSS)))`;
        const node = contender.program === process.execPath;
        const milliseconds = await timed(
          {
            program: contender.program,
            arguments: node ? ['--import', hook, ...contender.arguments] : contender.arguments,
            cwd: join(folder, contender.name.includes('ndjson') ? 'ndjson' : 'csv'),
            env: { BENCH_URL: url, RSS_FILE: rss },
          },
          never,
        );
        const count = Number(await server.ask('seed', 'select count(*) from items'));
        if (count !== ROWS) throw new Error(`${contender.name} left ${count} rows`);
        times.set(contender.name, [...(times.get(contender.name) ?? []), milliseconds]);
        if (existsSync(rss))
          memory.set(
            contender.name,
            Math.max(memory.get(contender.name) ?? 0, Number(readFileSync(rss, 'utf8')) / 1024),
          );
      }
    }
    const reference = times.get('psql \\copy') ?? [];
    for (const [name, all] of times) {
      const ratio = median(all.map((value, index) => value / (reference[index] ?? Number.NaN)));
      const peak = memory.get(name);
      process.stdout.write(
        `${name.padEnd(30)} ${(median(all) / 1000).toFixed(2).padStart(8)} s   ${ratio.toFixed(2).padStart(6)} ×   ${peak === undefined ? '' : `${peak.toFixed(0)} MB at most`}\n`,
      );
    }
    if (!knex) process.stdout.write('knex was not measured: npm install knex in bench/peers\n');
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.insert === undefined) await main();
else await insert(values.insert, process.env['BENCH_URL'] ?? '');
