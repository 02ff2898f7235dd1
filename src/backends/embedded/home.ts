import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BackendError } from '../../core/errors.ts';
import type { Account } from './account.ts';
import { canReach, serverAccount } from './account.ts';
import { ensureOwnDirectory, makeDirectory } from './directories.ts';
import { readMark, writeMark } from './mark.ts';
import { writePrivateFile } from './private-file.ts';

/** Where the files of one cluster lie. */
export interface Home {
  /** The folder `.lms-db/<project>`, without symbolic links. */
  readonly area: string;
  /** The folder that holds everything: the area, or for root under a closed directory one in /var/lib/lms-db. */
  readonly directory: string;
  readonly data: string;
  /** Who runs the server; undefined: ourselves. */
  readonly account: Account | undefined;
}

/** Where root's data goes when the server's user cannot walk to the project. */
const RELOCATED = '/var/lib/lms-db';

function relocatedDirectory(area: string): string {
  return join(RELOCATED, createHash('sha256').update(area).digest('hex').slice(0, 16));
}

function readPointer(area: string): string | undefined {
  try {
    return readFileSync(join(area, 'location'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/**
 * Follows the pointer of an area. One that was copied along with a project belongs to the original,
 * as long as that is there; one of a project that was moved is still good.
 */
function followPointer(area: string): string {
  const own = relocatedDirectory(area);
  const pointed = readPointer(area);
  if (pointed === undefined || pointed === own || !pointed.startsWith(`${RELOCATED}/`)) return own;
  const original = readMark(pointed)?.area;
  return original === undefined || readPointer(original) === pointed ? own : pointed;
}

function relocate(area: string, account: Account, displayDirectory: string): string {
  if (existsSync(join(area, 'data'))) {
    throw new BackendError(
      `${displayDirectory}/data cannot be reached by the user ${account.name}, who has to run the server for root`,
      { hint: `let others walk through the folders above it (chmod o+x), or run lms-db as an ordinary user` },
    );
  }
  const directory = followPointer(area);
  ensureOwnDirectory(RELOCATED, 0o711);
  ensureOwnDirectory(directory, 0o711);
  if (readPointer(area) !== directory) writePrivateFile(join(area, 'location'), `${directory}\n`, area);
  return directory;
}

function ownDirectory(area: string, displayDirectory: string): string {
  const pointed = readPointer(area);
  if (pointed !== undefined) {
    throw new BackendError(`the database of ${displayDirectory} was made by root and lies in ${pointed}`, {
      hint: `run lms-db as root, or remove ${displayDirectory} to start with an empty database`,
    });
  }
  const facts = statSync(area);
  if (process.platform !== 'win32' && facts.uid !== process.getuid?.() && process.getuid?.() !== 0) {
    throw new BackendError(`${displayDirectory} belongs to another user (id ${facts.uid})`, {
      hint: 'run lms-db as that user, or give the database with --url or DATABASE_URL',
    });
  }
  return area;
}

/** Where an existing cluster lies; undefined when nothing is there. Creates nothing. Throws BackendError. */
export function findHome(directory: string): Home | undefined {
  if (!existsSync(directory)) return undefined;
  const area = realpathSync(directory);
  const relocated = !existsSync(join(area, 'data')) && readPointer(area) !== undefined;
  const home = relocated ? followPointer(area) : area;
  const data = join(home, 'data');
  return { area, directory: home, data, account: serverAccount(data) };
}

/** Makes the folders of a cluster where its server can use them. Throws BackendError. */
export function prepareHome(directory: string, displayDirectory: string): Home {
  // As root the folders must let the server's user through; otherwise they are nobody else's business.
  const root = process.getuid?.() === 0;
  makeDirectory(directory, root ? 0o711 : 0o700);
  const area = realpathSync(directory);
  const account = serverAccount(join(area, 'data'));
  const home =
    account !== undefined && !canReach(area, account, 'walk')
      ? relocate(area, account, displayDirectory)
      : ownDirectory(area, displayDirectory);
  // The owner of relocated data may be another than today's choice.
  const data = join(home, 'data');
  const mark = readMark(home);
  if (mark?.area !== area) writeMark(home, { area, databases: mark?.databases ?? [] });
  if (!existsSync(join(area, '.gitignore'))) writeFileSync(join(area, '.gitignore'), '*\n');
  return { area, directory: home, data, account: home === area ? account : serverAccount(data) };
}
