// Writes the diagrams of docs/databases/ from the databases that the migrations build:
//   npm run docs:diagrams            on throwaway databases in a container, or else on the embedded server
//   npm run docs:diagrams -- URL     on throwaway databases of that server
// test/database/diagrams.test.ts proves that they are up to date.
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveConnection } from '../src/backends/connection/resolve.ts';
import { nodeSurroundings } from '../src/backends/connection/surroundings.ts';
import { openThrowawayDatabase } from '../src/backends/throwaway-database.ts';
import { createTools } from '../src/backends/tools.ts';
import { systemClock } from '../src/cli/clock.ts';
import type { Config, ProjectConfig } from '../src/config/config.ts';
import { loadConfig } from '../src/config/load-config.ts';
import type { Database } from '../src/core/database.ts';
import { FindingsError } from '../src/core/errors.ts';
import { errorsOf } from '../src/core/finding.ts';
import { readProject } from '../src/files/read-project.ts';
import { migrate } from '../src/operations/migrate.ts';
import { readRelations } from './diagrams/catalog.ts';
import { pageWithDiagrams } from './diagrams/page.ts';

const root = join(import.meta.dirname, '..');

/** A page, as it is and as it should be. */
export interface DiagramPage {
  /** Relative to the root of the repository, with forward slashes. */
  readonly path: string;
  readonly is: string;
  readonly should: string;
}

/** The page of a project, by what a database holds that its migrations have built. Throws Error where there is none. */
export async function diagramPage(
  database: Database,
  { name, types }: ProjectConfig,
  historySchema: string,
): Promise<DiagramPage> {
  const path = `docs/databases/${name}.md`;
  const is = readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
  const session = await database.connect('look');
  try {
    // The schemas that are the application's; others, such as those of Supabase, are only referred to.
    const relations = await readRelations(session, historySchema, types?.schemas ?? []);
    return { path, is, should: pageWithDiagrams(is, relations) };
  } finally {
    await session.close();
  }
}

async function main([url]: readonly string[]): Promise<number> {
  const config = await loadConfig({ cwd: root, env: {}, flags: {} });
  const on =
    url === undefined ? undefined : resolveConnection({ url }, nodeSurroundings(process.env)).parameters;
  for (const project of config.projects) {
    const database = await openThrowawayDatabase({ on, note: (message) => console.log(message) });
    try {
      await build(config, project, database);
      const { path, is, should } = await diagramPage(database, project, config.historySchema);
      writeFileSync(join(root, path), should);
      console.log(is === should ? `${path} is up to date` : `written ${path}`);
    } finally {
      await database.close();
    }
  }
  return 0;
}

/** Applies all migrations of a project to an empty database. */
async function build(config: Config, project: ProjectConfig, database: Database): Promise<void> {
  const { name, directories, postgres } = project;
  const { migrations, faults } = readProject({ project: name, root, directories });
  if (errorsOf(faults).length > 0) throw new FindingsError(`the files of ${name} have faults`, faults);
  const { error } = await migrate(
    {
      target: {
        project: name,
        backend: database.backend,
        database: database.label,
        environment: 'development',
      },
      database,
      tools: createTools({
        schema: config.historySchema,
        project: name,
        run: randomUUID(),
        actor: 'diagrams',
        toolVersion: '0',
      }),
      files: migrations,
      settings: config.settings,
      environment: { name: 'development', explicit: false, protected: [], change: false },
      minimumServer: postgres,
      clock: systemClock,
      emit: () => undefined,
      signal: new AbortController().signal,
    },
    {},
  );
  if (error !== undefined) throw new Error(`${name}: ${error.message}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
