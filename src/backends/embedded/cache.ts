import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackendError } from '../../core/errors.ts';
import { ensureOwnDirectory } from './directories.ts';

function candidates(): readonly string[] {
  const { env, platform } = process;
  const fallback = join(tmpdir(), `lms-db-cache-${process.getuid?.() ?? 'user'}`);
  if (env['LMS_DB_CACHE'] !== undefined && env['LMS_DB_CACHE'] !== '') return [env['LMS_DB_CACHE']];
  // Root's home is closed to the user that runs the server.
  if (process.getuid?.() === 0) return ['/var/cache/lms-db', '/tmp/lms-db-cache-0'];
  if (platform === 'win32') return [join(env['LOCALAPPDATA'] ?? tmpdir(), 'lms-db', 'cache')];
  if (platform === 'darwin') return [join(homedir(), 'Library', 'Caches', 'lms-db'), fallback];
  const base = env['XDG_CACHE_HOME'];
  return [join(base?.startsWith('/') === true ? base : join(homedir(), '.cache'), 'lms-db'), fallback];
}

/**
 * The directory for what can be made again: the cluster template, copies of the binaries. It is
 * `LMS_DB_CACHE`, else the system's place for caches, else one below the temporary directory.
 * Throws BackendError when none of them can be made or is safe.
 */
export function cacheDirectory(): string {
  let failure: unknown;
  for (const path of candidates()) {
    try {
      ensureOwnDirectory(path, 0o755);
      return path;
    } catch (error) {
      failure ??= error;
    }
  }
  if (failure instanceof BackendError) throw failure;
  throw new BackendError(
    `no directory for the cache: ${failure instanceof Error ? failure.message : String(failure)}`,
    {
      hint: 'set LMS_DB_CACHE to a directory of your own',
      cause: failure,
    },
  );
}
