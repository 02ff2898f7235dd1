// What is measured: each case sets contenders against the first one of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { compare, median, ratioOf, timed } from './measure.ts';
import type { Command, Contender, Line } from './measure.ts';
import type { Sample } from './sample.ts';
import { TABLE_PREFIX } from './sample.ts';
import type { Server } from './server.ts';
import type { LmsDb, Places, Tool } from './tools.ts';

/** Everything that a case needs. */
export interface Bench {
  readonly server: Server;
  readonly sample: Sample;
  readonly places: Places;
  /** The build of this folder first, then the one of --against. */
  readonly builds: readonly LmsDb[];
  /** psql where it is on PATH, otherwise the pipelined script. */
  readonly floor: Tool;
  readonly others: readonly Tool[];
  readonly runs: number;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/** A case with what came out. */
export interface Result {
  readonly title: string;
  /** The unit of the figures. */
  readonly unit: 'ms' | 'MB';
  /** What the project wants of itself. */
  readonly aim: string;
  readonly lines: readonly Line[];
  readonly remarks: readonly string[];
}

/** A case, by the name that --only takes. */
export const CASES: Readonly<Record<string, (bench: Bench) => Promise<Result>>> = {
  apply,
  'no-op': noop,
  down,
  version,
  memory,
};

const TABLES = `select count(*)::int from pg_catalog.pg_class where relkind = 'r' and relname like '${TABLE_PREFIX.replace('_', '\\_')}%'`;

/** Throws unless the database holds so many tables of the sample, and the tool recorded so many migrations. */
async function expectState(
  { server }: Bench,
  database: string,
  tool: Tool,
  tables: number,
  recorded: number,
): Promise<void> {
  const foundTables = await server.ask(database, TABLES);
  const foundRecorded = await server.ask(database, tool.recorded);
  if (foundTables !== tables || foundRecorded !== recorded) {
    throw new Error(
      `${tool.name} left ${String(foundTables)} tables and ${String(foundRecorded)} records; expected ${tables} and ${recorded}`,
    );
  }
}

async function apply(bench: Bench): Promise<Result> {
  const { server, sample, floor, builds, others } = bench;
  const contenders = [floor, ...builds, ...others].map((tool): Contender => ({
    name: tool.name,
    prepare: () => server.make('apply'),
    command: () => tool.apply(server.urlOf('apply')),
    verify: () => expectState(bench, 'apply', tool, sample.tables, sample.migrations.length),
  }));
  const lines = await compare(contenders, bench.runs, bench.signal, bench.progress);
  return {
    title: `apply ${sample.migrations.length} migrations`,
    unit: 'ms',
    aim: 'lms-db at most 1.0, and ahead of every peer',
    lines,
    remarks: [],
  };
}

/** A database with everything applied by a tool, made once. */
async function appliedBy(bench: Bench, tool: Tool, index: number): Promise<string> {
  const { server, sample } = bench;
  const database = `applied_${index}`;
  await server.make(database);
  await timed(tool.apply(server.urlOf(database)), bench.signal);
  await expectState(bench, database, tool, sample.tables, sample.migrations.length);
  return database;
}

async function noop(bench: Bench): Promise<Result> {
  const { server, sample, builds, others, places } = bench;
  const count = sample.migrations.length;
  const [own] = builds;
  if (own === undefined) throw new Error('there is no build to measure');
  const database = await appliedBy(bench, own, 0);
  const readHistory = (url: string): Command => ({
    program: process.execPath,
    arguments: [join(places.root, 'bench/floor/read-history.js'), String(count)],
    cwd: places.scratch,
    env: { DATABASE_URL: url },
  });
  const contender = (
    tool: Tool,
    database: string,
    name: string,
    command: (url: string) => Command,
  ): Contender => ({
    name,
    prepare: () => Promise.resolve(),
    command: () => command(server.urlOf(database)),
    verify: () => expectState(bench, database, tool, sample.tables, count),
  });
  const contenders = [
    contender(own, database, 'raw pg, reads the history', readHistory),
    ...['up', 'status'].flatMap((word) =>
      builds.map((build) =>
        contender(build, database, `${build.name} ${word}`, (url) => build.run(url, word)),
      ),
    ),
  ];
  const failed: Line[] = [];
  for (const [index, tool] of others.filter(({ repeats }) => repeats !== false).entries()) {
    try {
      const applied = await appliedBy(bench, tool, index + 1);
      contenders.push(contender(tool, applied, tool.name, tool.apply));
    } catch (error) {
      bench.signal.throwIfAborted();
      failed.push({ name: tool.name, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  // Short runs: more of them cost little.
  const lines = await compare(contenders, bench.runs * 4, bench.signal, bench.progress);
  for (let index = 0; index < contenders.length; index += 1) await server.drop(`applied_${index}`);
  return {
    title: `nothing to do, with ${count} applied`,
    unit: 'ms',
    aim: 'lms-db at most 1.3',
    lines: [...lines, ...failed],
    remarks: [
      'dbmate, node-pg-migrate and knex keep no checksums and compare names only; graphile-migrate compares a hash of each file that it runs; lms-db reads and hashes every migration and every rollback',
    ],
  };
}

async function down(bench: Bench): Promise<Result> {
  const { server, sample, floor, builds, others } = bench;
  const tools = [floor, ...builds, ...others];
  const contenders: Contender[] = [];
  const remarks: string[] = [];
  const failed: Line[] = [];
  for (const [index, tool] of tools.entries()) {
    const { down: command } = tool;
    if (command === undefined) {
      remarks.push(`${tool.name} is not here: it ${tool.noDown ?? 'has no such command'}`);
      continue;
    }
    try {
      const template = await appliedBy(bench, tool, index);
      contenders.push({
        name: tool.name,
        prepare: () => server.make('down', template),
        command: () => command(server.urlOf('down')),
        verify: () => expectState(bench, 'down', tool, 0, 0),
      });
    } catch (error) {
      bench.signal.throwIfAborted();
      failed.push({ name: tool.name, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  const lines = await compare(contenders, bench.runs, bench.signal, bench.progress);
  for (let index = 0; index < tools.length; index += 1) await server.drop(`applied_${index}`);
  return {
    title: `roll back ${sample.migrations.length} migrations`,
    unit: 'ms',
    aim: 'lms-db at most 1.2',
    lines: [...lines, ...failed],
    remarks,
  };
}

/** Node itself, doing nothing. */
function bareNode({ scratch }: Places): Command {
  return { program: process.execPath, arguments: ['-e', '0'], cwd: scratch, env: {} };
}

async function version({ builds, places, runs, signal, progress }: Bench): Promise<Result> {
  const contender = (name: string, command: Command): Contender => ({
    name,
    prepare: () => Promise.resolve(),
    command: () => command,
    verify: () => Promise.resolve(),
  });
  const contenders = [
    contender('node -e 0', bareNode(places)),
    ...builds.map((build) => contender(`${build.name} --version`, build.run('', '--version'))),
  ];
  return {
    title: 'start',
    unit: 'ms',
    aim: 'lms-db at most 1.5',
    lines: await compare(contenders, runs * 4, signal, progress),
    remarks: [],
  };
}

async function memory(bench: Bench): Promise<Result> {
  const { server, sample, builds, places, signal, runs, progress } = bench;
  const file = join(places.scratch, 'peak-memory');
  const preload = `--import=${pathToFileURL(join(places.root, 'bench/floor/peak-memory.js')).href}`;
  const peak = async (command: Command): Promise<number> => {
    const env = { ...command.env, NODE_OPTIONS: preload, BENCH_MEMORY_FILE: file };
    await timed({ ...command, env }, signal);
    return Number(readFileSync(file, 'utf8')) / 1024;
  };
  const peaks = new Map<string, number[]>();
  const note = (name: string, value: number): void => {
    peaks.set(name, [...(peaks.get(name) ?? []), value]);
    progress(`${name}: ${Math.round(value)} MB`);
  };
  for (let run = 1; run <= runs; run += 1) {
    note('node -e 0', await peak(bareNode(places)));
    for (const build of builds) {
      await server.make('memory');
      const url = server.urlOf('memory');
      note(`${build.name} up, ${sample.migrations.length} to apply`, await peak(build.run(url, 'up')));
      await expectState(bench, 'memory', build, sample.tables, sample.migrations.length);
      note(`${build.name} up, nothing to do`, await peak(build.run(url, 'up')));
    }
  }
  return {
    title: 'peak resident memory',
    unit: 'MB',
    aim: 'lms-db at most 100 MB',
    lines: [...peaks].map(([name, values]) => ({
      name,
      value: median(values),
      ratio: name === 'node -e 0' ? undefined : ratioOf(values, peaks.get('node -e 0') ?? []),
    })),
    remarks: [],
  };
}
