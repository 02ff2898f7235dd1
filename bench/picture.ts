// The picture of a large schema, next to pg_dump and to the least that a question costs: npm run bench:picture.
//   LMS_DB_BENCH_URL          a server to use instead of a throwaway embedded one
//   LMS_DB_BENCH_ROUNDS=9     how often, after one round that does not count
//   PG_DUMP                   the pg_dump to compare with, instead of the one on PATH
import { cpus } from 'node:os';
import { connect } from '../src/backends/connect.ts';
import { resolveConnection } from '../src/backends/connection/resolve.ts';
import { nodeSurroundings } from '../src/backends/connection/surroundings.ts';
import { pgDumpAt, requirePgDumpFor } from '../src/backends/pg-dump.ts';
import { readPicture } from '../src/backends/picture/read-picture.ts';
import { readSchema } from '../src/backends/picture/read-schema.ts';
import { withMainRole } from '../src/core/picture-roles.ts';
import { schemaText } from '../src/core/snapshot/snapshot.ts';
import { median, ratioOf, timed } from './measure.ts';
import type { Line } from './measure.ts';
import { schemaSql, TABLES } from './picture-schema.ts';
import { openBenchServer } from './server.ts';
import { tableOf } from './table.ts';

const ROUNDS = Number(process.env['LMS_DB_BENCH_ROUNDS'] ?? 9);

/** Something to time: it gives back its milliseconds. */
interface Timed {
  readonly name: string;
  readonly run: () => Promise<number>;
}

async function main(): Promise<void> {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const server = await openBenchServer(process.env['LMS_DB_BENCH_URL']);
  try {
    await server.make('picture');
    const url = server.urlOf('picture');
    const { parameters } = resolveConnection({ url, source: 'the benchmark' }, nodeSurroundings({}));
    const session = await connect({ ...parameters, ssl: false }, 'look');
    try {
      await session.script(schemaSql());
      await session.script('analyze');
      const { objects } = await readPicture(session, 'lms_db');
      const clock = async (work: () => Promise<unknown>): Promise<number> => {
        const start = performance.now();
        await work();
        return performance.now() - start;
      };
      const contenders: Timed[] = [
        { name: 'picture', run: () => clock(() => readPicture(session, 'lms_db')) },
        { name: 'select 1', run: () => clock(() => session.query('select 1')) },
        {
          name: 'snapshot: the picture, what needs what, and the text',
          run: () =>
            clock(async () => {
              const { picture, mainRole, dependencies } = await readSchema(session, 'lms_db');
              schemaText(withMainRole(picture, mainRole), dependencies);
            }),
        },
      ];
      const program = process.env['PG_DUMP'] ?? 'pg_dump';
      const problem = await pgDumpProblem(program, session.serverVersion);
      if (problem === undefined) {
        const command = {
          program,
          arguments: ['--schema-only', '--file=/dev/null', url],
          cwd: process.cwd(),
          env: {},
        };
        contenders.push({ name: 'pg_dump --schema-only', run: () => timed(command, stop.signal) });
      }
      const times = await inTurn(contenders, stop.signal);
      const lines = linesOf(contenders, times);
      const least = Math.min(...(times.get('picture') ?? []));
      process.stdout.write(
        tableOf(
          { PostgreSQL: server.version, Node: process.versions.node, processor: cpus()[0]?.model ?? '' },
          [
            {
              title: `The picture of ${objects.length} objects, ${TABLES} tables`,
              unit: 'ms',
              aim: 'under half a second',
              lines: problem === undefined ? lines : [...lines, { name: 'pg_dump --schema-only', problem }],
              remarks: [`fastest picture of ${ROUNDS}: ${Math.round(least)} ms`],
            },
          ],
        ),
      );
    } finally {
      await session.close();
    }
  } finally {
    await server.close();
  }
}

async function pgDumpProblem(program: string, serverVersion: number): Promise<string | undefined> {
  try {
    requirePgDumpFor(await pgDumpAt(program), serverVersion);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Each round in another order; the first one does not count. */
async function inTurn(
  contenders: readonly Timed[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      signal.throwIfAborted();
      const contender = contenders[(place + round) % contenders.length];
      const milliseconds = await contender?.run();
      if (round > 0 && contender !== undefined && milliseconds !== undefined) {
        times.get(contender.name)?.push(milliseconds);
      }
    }
  }
  return times;
}

/** Against the picture, which is the first. */
function linesOf(
  contenders: readonly Timed[],
  times: ReadonlyMap<string, readonly number[]>,
): readonly Line[] {
  const reference = times.get(contenders[0]?.name ?? '') ?? [];
  return contenders.map(({ name }, index): Line => {
    const own = times.get(name) ?? [];
    return { name, value: median(own), ratio: index === 0 ? undefined : ratioOf(own, reference) };
  });
}

await main();
