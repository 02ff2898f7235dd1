import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BackendError } from '../../core/errors.ts';
import type { KeeperConfig } from './messages.ts';
import { logFile } from './messages.ts';
import { lastLines } from './postmaster.ts';
import { giveToOwnerOf, openForAppend } from './private-file.ts';
import { plainEnvironment } from './run.ts';

/**
 * Running from src/ (tests, tsx) there is no keeper.js: Node 20 does not run TypeScript, so esbuild,
 * a development dependency, bundles it once for each state of the sources.
 */
function buildFromSource(directory: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(directory).sort()) hash.update(readFileSync(join(directory, name)));
  const require = createRequire(import.meta.url);
  const esbuild = join(dirname(require.resolve('esbuild/package.json')), 'bin', 'esbuild');
  const cache = join(dirname(require.resolve('esbuild/package.json')), '..', '.cache', 'lms-db');
  const built = join(cache, `keeper-${hash.digest('hex').slice(0, 16)}.mjs`);
  if (existsSync(built)) return built;
  mkdirSync(cache, { recursive: true });
  const unfinished = `${built}.${process.pid}`;
  const options = [
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--log-level=warning',
    `--outfile=${unfinished}`,
  ];
  execFileSync(esbuild, [join(directory, 'keeper.ts'), ...options]);
  renameSync(unfinished, built);
  return built;
}

/** The program that a keeper is: dist/keeper.js beside or above the bundled chunk, or built from src/. */
function keeperProgram(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  if (existsSync(join(here, 'keeper.ts'))) return buildFromSource(here);
  for (const path of [join(here, 'keeper.js'), join(here, '..', 'keeper.js')]) {
    if (existsSync(path)) return path;
  }
  throw new BackendError(`lms-db is not installed completely: no keeper.js near ${here}`);
}

/**
 * Starts a keeper in a session of its own, where a Ctrl-C in our terminal does not reach it, and
 * resolves when it can be joined. The caller holds the folder's lock, and the keeper takes it over.
 * Throws BackendError.
 */
export async function startKeeper(config: KeeperConfig): Promise<void> {
  const log = openForAppend(logFile(config.home));
  giveToOwnerOf(logFile(config.home), config.home);
  const child = spawn(process.execPath, [keeperProgram(), config.home], {
    // The folder is there for whoever looks at the list of processes; the keeper reads its input.
    detached: true,
    stdio: ['pipe', 'pipe', log],
    env: plainEnvironment(),
    windowsHide: true,
    ...(process.platform === 'win32' ? {} : { cwd: '/' }),
  });
  closeSync(log);
  const { stdin, stdout } = child;
  stdin?.on('error', () => undefined);
  stdin?.end(JSON.stringify(config));
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string): void => {
        const lines = lastLines(logFile(config.home), 8, config.logStart);
        reject(
          new BackendError(
            `the keeper of the embedded PostgreSQL did not start: ${reason}\n${lines}`.trimEnd(),
          ),
        );
      };
      child.once('error', (error) => fail(error.message));
      child.once('exit', (code, signal) => fail(signal ?? `exit code ${code ?? '?'}`));
      stdout?.once('data', () => resolve());
    });
  } finally {
    child.removeAllListeners();
    child.on('error', () => undefined);
    stdout?.destroy();
    child.unref();
  }
}
