// Rehearsals of 500 small migrations, against applying them: npm run bench:rehearse.
//   LMS_DB_BENCH_URL          a server to use instead of a throwaway embedded one
//   LMS_DB_BENCH_ROUNDS=5     how often, after one round that does not count
//   LMS_DB_BENCH_MIGRATIONS   how many; 500
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compare } from './measure.ts';
import type { Contender } from './measure.ts';
import { sampleOf } from './sample.ts';
import { openBenchServer } from './server.ts';
import { tableOf } from './table.ts';
import { lmsDb } from './tools.ts';

const ROUNDS = Number(process.env['LMS_DB_BENCH_ROUNDS'] ?? 5);
const MIGRATIONS = Number(process.env['LMS_DB_BENCH_MIGRATIONS'] ?? 500);

const root = fileURLToPath(new URL('..', import.meta.url));

async function main(): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  if (!existsSync(join(root, 'dist/cli.js'))) throw new Error('build first: npm run build');
  const server = await openBenchServer(process.env['LMS_DB_BENCH_URL']);
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-bench-rehearse-')));
  try {
    const sample = sampleOf(MIGRATIONS);
    const build = lmsDb('lms-db', join(root, 'bin/lms-db.js'), { root, scratch, peers: '' }, sample);
    const url = server.urlOf('rehearse');
    const proofs = join(scratch, 'lms-db/rehearsals/database.json');
    const rehearsal = (name: string, ...words: readonly string[]): Contender => ({
      name,
      prepare: () => {
        rmSync(proofs, { force: true });
        return server.make('rehearse');
      },
      command: () => build.run(url, 'rehearse', '--all', '--on', url, ...words),
      verify: () => {
        const { migrations } = JSON.parse(readFileSync(proofs, 'utf8')) as {
          migrations: { verdict: string }[];
        };
        const proven = migrations.filter(({ verdict }) => verdict === 'proven').length;
        if (proven !== MIGRATIONS) throw new Error(`${proven} of ${MIGRATIONS} were proven`);
        return Promise.resolve();
      },
    });
    const lines = await compare(
      [
        {
          name: 'lms-db up',
          prepare: () => server.make('rehearse'),
          command: () => build.apply(url),
          verify: () => Promise.resolve(),
        },
        rehearsal('rehearse --no-rows', '--no-rows'),
        rehearsal('rehearse, with rows'),
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
            title: `Rehearse ${MIGRATIONS} small migrations`,
            unit: 'ms',
            aim: 'fast enough for every pull request',
            lines,
            remarks: ['each is run twice and rolled back once in every pass; "up" runs each once'],
          },
        ],
      ),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
    await server.close();
  }
}

await main();
