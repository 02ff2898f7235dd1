// Typed schemas, ours against the kysely-codegen command line: npm run bench:types, or tsx bench/types.ts.
//   LMS_DB_BENCH_URL          a server to use instead of a throwaway embedded one
//   LMS_DB_BENCH_ROUNDS=9     how often, after one round that does not count
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { compare } from './measure.ts';
import type { Contender } from './measure.ts';
import { openBenchServer } from './server.ts';
import { tableOf } from './table.ts';

const TABLES = 1000;
const COLUMNS = 12;
const ENUMS = 50;
const ROUNDS = Number(process.env['LMS_DB_BENCH_ROUNDS'] ?? 7);

const root = fileURLToPath(new URL('..', import.meta.url));

/** 1000 tables of 12 columns of the usual types, and 50 enums of 6 labels, with comments on every fourth table. */
function schemaSql(): string {
  const enums = Array.from({ length: ENUMS }, (_, index) => {
    const labels = ['new', 'open', 'held', 'done', 'failed', 'gone'].map((label) => `'${label}_${index}'`);
    return `create type state_${index} as enum (${labels.join(', ')});`;
  });
  const kinds = [
    'text',
    'integer not null',
    'timestamptz not null default now()',
    'jsonb',
    'boolean not null default false',
  ];
  const tables = Array.from({ length: TABLES }, (_, index) => {
    const columns = [
      'id bigint generated always as identity primary key',
      `state state_${index % ENUMS} not null`,
    ];
    while (columns.length < COLUMNS) {
      columns.push(`column_${columns.length} ${kinds[columns.length % kinds.length] ?? 'text'}`);
    }
    const comment = index % 4 === 0 ? `comment on table table_${index} is 'Table ${index}.';` : '';
    return `create table table_${index} (${columns.join(', ')});${comment}`;
  });
  return [...enums, ...tables].join('\n');
}

async function main(): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  if (!existsSync(join(root, 'dist/cli.js'))) throw new Error('build first: npm run build');
  const server = await openBenchServer(process.env['LMS_DB_BENCH_URL']);
  const folder = mkdtempSync(join(tmpdir(), 'lms-db-bench-types-'));
  try {
    await server.make('types');
    const url = server.urlOf('types');
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(schemaSql());
    await client.query('analyze');
    await client.end();
    const contender = (name: string, file: string, program: string, words: readonly string[]): Contender => {
      const path = join(folder, file);
      return {
        name,
        prepare: () => {
          rmSync(path, { force: true });
          return Promise.resolve();
        },
        command: () => ({
          program: process.execPath,
          arguments: [program, ...words, path],
          cwd: folder,
          env: {},
        }),
        verify: () => {
          if (statSync(path).size < 100_000) throw new Error(`${file} does not hold ${TABLES} tables`);
          return Promise.resolve();
        },
      };
    };
    const codegen = join(root, 'node_modules/kysely-codegen/dist/cli/bin.js');
    const separator = url.includes('?') ? '&' : '?';
    const lines = await compare(
      [
        contender('kysely-codegen 0.20.0', 'theirs.ts', codegen, [
          '--dialect',
          'postgres',
          '--url',
          url,
          '--out-file',
        ]),
        contender('lms-db types', 'ours.ts', join(root, 'bin/lms-db.js'), [
          'types',
          '--url',
          `${url}${separator}sslmode=disable`,
          '--out',
        ]),
      ],
      ROUNDS,
      stop.signal,
      (text) => process.stderr.write(`  ${text}\n`),
    );
    process.stdout.write(
      tableOf(
        { PostgreSQL: server.version, Node: process.versions.node, processor: cpus()[0]?.model ?? '' },
        [
          {
            title: `Types of ${TABLES} tables × ${COLUMNS} columns and ${ENUMS} enums`,
            unit: 'ms',
            aim: 'less time than the kysely-codegen command line',
            lines,
            remarks: [],
          },
        ],
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  }
}

await main();
