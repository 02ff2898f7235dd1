import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { cacheDirectory } from './cache.ts';
import { SUPERUSER } from './password.ts';
import { run } from './run.ts';

/** Unfinished directories have this name and are removed by whoever comes next. */
export const UNFINISHED = 'unfinished-';

/** Makes an unfinished directory of the account's. */
export function makeUnfinished(parent: string, account: Account | undefined): string {
  const path = mkdtempSync(join(parent, UNFINISHED));
  if (account !== undefined) chownSync(path, account.uid, account.gid);
  return path;
}

/**
 * The locale arguments to try, best first. C.UTF-8 sorts by code point everywhere, so that a schema
 * and its checks behave the same on every machine; from 17 on PostgreSQL brings it itself. The libc
 * locale beside it is C where the system does not know C.UTF-8.
 */
function localeArguments(major: number): readonly (readonly string[])[] {
  const provider = major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
  return [
    [...provider, '--locale=C.UTF-8'],
    [...provider, '--locale=C'],
  ];
}

async function initialise(
  binaries: Binaries,
  directory: string,
  account: Account | undefined,
): Promise<void> {
  // `reject`: a template that is started as it is lets nobody in. Every copy gets its own password.
  const common = [
    '-D',
    directory,
    '-U',
    SUPERUSER,
    '-E',
    'UTF8',
    '-A',
    'reject',
    '--lc-messages=C',
    '--no-sync',
  ];
  let failure: unknown;
  for (const locale of localeArguments(binaries.major)) {
    try {
      await run(binaries.initdb, [...common, ...locale], { account });
      return;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure;
}

/** Brings everything to the disk, as initdb would have done without --no-sync. */
export async function sync(
  binaries: Binaries,
  directory: string,
  account: Account | undefined,
): Promise<void> {
  await run(binaries.initdb, ['--sync-only', '-D', directory], { account });
}

/** Renames a finished directory; when another process was faster its directory stays and ours goes. */
export function finish(unfinished: string, finished: string): void {
  try {
    renameSync(unfinished, finished);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(join(finished, 'PG_VERSION'))) throw error;
  }
}

/**
 * The cached result of initdb: made once per version, machine and user that runs servers. It is on
 * the disk before it gets its name, or a power failure could leave a broken template for ever.
 */
export async function template(binaries: Binaries, account: Account | undefined): Promise<string> {
  const cache = cacheDirectory();
  const owner = account?.uid ?? process.getuid?.() ?? 'user';
  const path = join(cache, `template-${binaries.packageVersion}-${owner}`);
  if (existsSync(join(path, 'PG_VERSION'))) return path;
  removeUnfinished(cache, 3_600_000);
  const unfinished = makeUnfinished(cache, account);
  try {
    await initialise(binaries, unfinished, account);
    await sync(binaries, unfinished, account);
    finish(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    throw error;
  }
  return path;
}

/**
 * Removes the unfinished directories that killed processes left behind. Without an age only for the
 * holder of the folder's lock; in the cache, which has no lock, only those older than so many milliseconds.
 */
export function removeUnfinished(parent: string, age = 0): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(UNFINISHED)) continue;
    const path = join(parent, name);
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (age === 0 || Date.now() - made > age) rmSync(path, { recursive: true, force: true });
  }
}
