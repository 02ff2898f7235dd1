import { readFileSync, realpathSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { BackendError } from '../../core/errors.ts';

/** The system user that runs the server when lms-db itself runs as root, which PostgreSQL refuses. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

function accounts(): readonly Account[] {
  let text: string;
  try {
    text = readFileSync('/etc/passwd', 'utf8');
  } catch {
    return [];
  }
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const [name = '', , uid = '', gid = ''] = line.split(':');
      // macOS writes nobody as -2, and stat() reports it unsigned.
      return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
    });
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path).uid;
  } catch {
    return undefined;
  }
}

function requireName(): void {
  try {
    userInfo();
  } catch (cause) {
    // Such as `docker run --user 12345`.
    throw new BackendError(
      `PostgreSQL does not run as user id ${process.getuid?.() ?? '?'}, which has no entry in /etc/passwd`,
      { hint: 'run lms-db as a user with a name, or give the database with --url or DATABASE_URL', cause },
    );
  }
}

/**
 * Who runs the server of this data directory; undefined: we do, ourselves. As root it is the owner
 * of the data when there is any, else `postgres`, else `nobody`. Throws BackendError when none of
 * them has an entry in /etc/passwd: PostgreSQL does not run as a user without a name.
 */
export function serverAccount(dataDirectory: string | undefined): Account | undefined {
  if (process.getuid?.() !== 0) {
    requireName();
    return undefined;
  }
  const known = accounts();
  const owner = dataDirectory === undefined ? undefined : ownerOf(dataDirectory);
  if (owner !== undefined && owner !== 0) {
    const account = known.find((entry) => entry.uid === owner);
    if (account !== undefined) return account;
    throw new BackendError(
      `${dataDirectory ?? ''} belongs to user id ${owner}, which has no entry in /etc/passwd`,
      { hint: 'run lms-db as that user, or give its files to `postgres` with chown -R' },
    );
  }
  const account =
    known.find((entry) => entry.name === 'postgres' && entry.uid !== 0) ??
    known.find((entry) => entry.name === 'nobody' && entry.uid !== 0);
  if (account !== undefined) return account;
  throw new BackendError('PostgreSQL refuses to run as root, and there is no user postgres or nobody here', {
    hint: 'run lms-db as an ordinary user, or give the database with --url or DATABASE_URL',
  });
}

/** How a path can be used: walked through, or read and walked through. */
type Use = 'walk' | 'read';

function allows(path: string, account: Account, use: Use): boolean {
  const { mode, uid, gid } = statSync(path);
  const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
  const needed = use === 'walk' ? 0o1 : 0o5;
  return ((mode >> shift) & needed) === needed;
}

/**
 * True when the account can use an existing directory (or program): every folder above lets it
 * through. Looks at permission bits only; where an ACL says more, we copy once too often.
 */
export function canReach(path: string, account: Account | undefined, use: Use): boolean {
  if (account === undefined) return true;
  const real = realpathSync(path);
  if (!allows(real, account, use)) return false;
  for (let folder = dirname(real); ; folder = dirname(folder)) {
    if (!allows(folder, account, 'walk')) return false;
    if (folder === dirname(folder)) return true;
  }
}
