// Installs the tools to compare with, in the versions of bench/peers/package-lock.json.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as tools from './tools.ts';
import type { Places, Tool } from './tools.ts';
import type { Sample } from './sample.ts';

/** The peers that can be run here, and those that cannot, with the reason. */
export interface Peers {
  readonly tools: readonly Tool[];
  readonly missing: readonly { readonly name: string; readonly problem: string }[];
  /** Exact versions, by name. */
  readonly versions: Readonly<Record<string, string>>;
}

const MAKERS: Readonly<Record<string, (places: Places, sample: Sample) => Tool>> = {
  dbmate: (places, sample) => tools.dbmate(dbmateProgram(places), places, sample),
  'node-pg-migrate': tools.nodePgMigrate,
  'graphile-migrate': tools.graphileMigrate,
  knex: tools.knex,
};

/** Installs the peers where that has not been done, and gives each its files. Never throws. */
export function installPeers(places: Places, sample: Sample): Peers {
  let installed: string | undefined;
  try {
    install(places.peers);
  } catch (error) {
    installed = `npm ci failed: ${messageOf(error)}`;
  }
  const found: Tool[] = [];
  const missing: { name: string; problem: string }[] = [];
  const versions: Record<string, string> = {};
  for (const [name, make] of Object.entries(MAKERS)) {
    try {
      if (installed !== undefined) throw new Error(installed);
      versions[name] = versionOf(join(places.peers, 'node_modules', name));
      found.push(make(places, sample));
    } catch (error) {
      missing.push({ name, problem: messageOf(error) });
    }
  }
  return { tools: found, missing, versions };
}

function install(directory: string): void {
  const done = join(directory, 'node_modules/.package-lock.json');
  const lock = join(directory, 'package-lock.json');
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return;
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
    shell: process.platform === 'win32',
  });
}

/** The native program: what its npm package starts from a process of Node. */
function dbmateProgram({ peers }: Places): string {
  const scope = join(peers, 'node_modules/@dbmate');
  const [platform] = existsSync(scope) ? readdirSync(scope) : [];
  if (platform === undefined) throw new Error(`there is no dbmate for ${process.platform} ${process.arch}`);
  return join(scope, platform, 'bin', process.platform === 'win32' ? 'dbmate.exe' : 'dbmate');
}

/** The version in the package.json of a package's folder. */
export function versionOf(directory: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  if (typeof version !== 'string') throw new Error(`${directory} has no version`);
  return version;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
