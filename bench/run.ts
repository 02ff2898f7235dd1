// Measures lms-db against the floor and against its peers. `npm run bench -- --help` says how.
import { mkdtempSync, realpathSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { execFileSync } from 'node:child_process';
import { CASES } from './cases.ts';
import type { Bench, Result } from './cases.ts';
import { installPeers, versionOf } from './peers.ts';
import { sampleOf } from './sample.ts';
import { openBenchServer } from './server.ts';
import { tableOf } from './table.ts';
import { lmsDb, onPath, pipelined, psql } from './tools.ts';
import type { Places } from './tools.ts';

const HELP = `npm run bench -- [flags]

  --only CASE[,CASE]  of ${Object.keys(CASES).join(', ')}
  --runs N            counted rounds; default 5; short cases take four times as many
  --migrations N      default 1000
  --no-peers          only lms-db and the floors
  --against FILE      also measure another build of lms-db, by its bin/lms-db.js
  --json              the result as JSON on stdout

LMS_DB_BENCH_URL names a server to measure on, as a user that may create databases; without it a
temporary server is started. Databases are named lms_db_bench_… and dropped. Build first: npm run build.
`;

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string' },
    runs: { type: 'string', default: '5' },
    migrations: { type: 'string', default: '1000' },
    'no-peers': { type: 'boolean', default: false },
    against: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** Runs the cases and gives back what the machine was, and what came out. */
async function run(signal: AbortSignal): Promise<{ facts: Record<string, string>; results: Result[] }> {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const names = flags.only?.split(',') ?? Object.keys(CASES);
  const unknown = names.find((name) => !Object.hasOwn(CASES, name));
  if (unknown !== undefined) throw new Error(`there is no case "${unknown}"; ${HELP}`);
  const sample = sampleOf(wholeNumber('--migrations', flags.migrations));
  // Behind a symbolic link (macOS) some tools would see two folders.
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-bench-')));
  const places: Places = { root, peers: join(root, 'bench/peers'), scratch };
  const progress = (text: string): void => void process.stderr.write(`  ${text}\n`);
  try {
    const program = onPath('psql', (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
    const script = pipelined(places, sample);
    const builds = [
      lmsDb('lms-db', join(root, 'bin/lms-db.js'), places, sample),
      ...(flags.against === undefined ? [] : [lmsDb('other build', resolve(flags.against), places, sample)]),
    ];
    const peers = flags['no-peers'] ? { tools: [], missing: [], versions: {} } : installPeers(places, sample);
    const server = await openBenchServer(process.env['LMS_DB_BENCH_URL']);
    try {
      const bench: Bench = {
        server,
        sample,
        places,
        builds,
        floor: program === undefined ? script : psql(program, places, sample),
        others: [...(program === undefined ? [] : [script]), ...peers.tools],
        runs: wholeNumber('--runs', flags.runs),
        signal,
        progress,
      };
      const results: Result[] = [];
      for (const name of names) {
        process.stderr.write(`${name}\n`);
        const result = await CASES[name]?.(bench);
        if (result === undefined) continue;
        const compared = !['version', 'memory'].includes(name);
        results.push({ ...result, lines: [...result.lines, ...(compared ? peers.missing : [])] });
      }
      const facts = {
        'lms-db': versionOf(root),
        node: process.versions.node,
        server: `PostgreSQL ${server.version} (${server.origin})`,
        psql:
          program === undefined
            ? 'not on PATH: the floor is the raw pg script'
            : execFileSync(program, ['--version'], { encoding: 'utf8' }).trim(),
        pg: versionOf(join(root, 'node_modules/pg')),
        ...peers.versions,
        machine: `${process.platform} ${process.arch}, ${availableParallelism()} processors`,
      };
      return { facts, results };
    } finally {
      await server.close();
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function wholeNumber(flag: string, text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${flag} takes a number of at least 1`);
  return number;
}

if (flags.help) {
  process.stdout.write(HELP);
} else {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort());
  try {
    const { facts, results } = await run(interrupted.signal);
    process.stdout.write(
      flags.json ? `${JSON.stringify({ facts, results }, undefined, 2)}\n` : tableOf(facts, results),
    );
    if (
      results.some(({ lines }) => lines.some(({ name, problem }) => name.startsWith('lms-db') && problem))
    ) {
      process.exitCode = 1;
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
