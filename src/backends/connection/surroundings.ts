import { readFileSync, existsSync, statSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';

/** A file that was found. */
export interface FoundFile {
  readonly text: string;
  /** Permission bits, as in `0o600`; undefined where the system has none (Windows). */
  readonly mode: number | undefined;
  /** False for a pipe or a device. */
  readonly plain: boolean;
}

/** Everything outside that a connection depends on, handed in so that it can be tested as a table. */
export interface Surroundings {
  /** Environment variables, those of `.env` included. An empty one counts as not set. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Reads a file; undefined where there is none. Throws the system's error when it cannot be read. */
  readonly read: (path: string) => FoundFile | undefined;
  /** Whether something exists there: a unix socket. */
  readonly exists: (path: string) => boolean;
  /** Name of the user of the operating system; undefined where it has none. */
  readonly systemUser: string | undefined;
  /** Home directory of that user. */
  readonly home: string;
  readonly windows: boolean;
}

/** The surroundings of this process, with the variables it was given. */
export function nodeSurroundings(variables: Surroundings['variables']): Surroundings {
  const windows = process.platform === 'win32';
  return {
    variables,
    read(path) {
      try {
        const { mode } = statSync(path);
        // Reading a pipe would block: the caller refuses it unread.
        const plain = (mode & 0o170000) === 0o100000;
        return {
          text: plain ? readFileSync(path, 'utf8') : '',
          mode: windows ? undefined : mode & 0o777,
          plain,
        };
      } catch (error) {
        if (
          error instanceof Error &&
          'code' in error &&
          (error.code === 'ENOENT' || error.code === 'ENOTDIR')
        ) {
          return undefined;
        }
        throw error;
      }
    },
    exists: (path) => existsSync(path),
    systemUser: systemUser(variables, windows),
    home: variables['HOME'] ?? homedir(),
    windows,
  };
}

/** A container may run under a user id that has no name: then userInfo throws. */
function systemUser(variables: Surroundings['variables'], windows: boolean): string | undefined {
  try {
    return userInfo().username;
  } catch {
    return variables[windows ? 'USERNAME' : 'USER'];
  }
}
