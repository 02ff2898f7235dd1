import type { FoundFile, Surroundings } from './surroundings.ts';

/** What the password is looked up by. */
export interface PasswordQuestion {
  /** Host name, or the directory of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/** The password, if a line fits, and why the file was not used, if it was not. */
export interface PasswordAnswer {
  readonly password?: string | undefined;
  readonly warning?: string | undefined;
}

/** Directories of unix sockets for which the file says `localhost`. */
const DEFAULT_SOCKET_DIRECTORIES: ReadonlySet<string> = new Set([
  '/var/run/postgresql',
  '/run/postgresql',
  '/tmp',
]);

/**
 * Looks a password up as libpq does (https://www.postgresql.org/docs/current/libpq-pgpass.html): the first
 * line that fits. A file that group or world may read is not used, and a warning says so. Never throws.
 */
export function passwordFromFile(
  path: string,
  question: PasswordQuestion,
  around: Surroundings,
): PasswordAnswer {
  let file: FoundFile | undefined;
  try {
    file = around.read(path);
  } catch {
    return { warning: `the password file ${path} cannot be read` };
  }
  if (file === undefined) return {};
  if (!file.plain) return { warning: `the password file ${path} is not a plain file and is not used` };
  if (file.mode !== undefined && (file.mode & 0o077) !== 0) {
    return {
      warning: `the password file ${path} is not used: others can read it; run \`chmod 600 ${path}\``,
    };
  }
  const host = DEFAULT_SOCKET_DIRECTORIES.has(question.host) ? 'localhost' : question.host;
  const wanted = [host, String(question.port), question.database, question.user];
  for (const line of file.text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields[4];
    if (password === undefined) continue;
    if (wanted.every((value, index) => fields[index] === undefined || fields[index] === value))
      return { password };
  }
  return {};
}

/** Four fields, undefined for a lone `*`, and the rest of the line as the fifth. A backslash takes the next character as it is. */
function fieldsOf(line: string): readonly (string | undefined)[] {
  const fields: (string | undefined)[] = [];
  let start = 0;
  let value = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    if (character === '\\' && at + 1 < line.length) {
      at += 1;
      value += line.charAt(at);
    } else if (character === ':' && fields.length < 4) {
      fields.push(line.slice(start, at) === '*' ? undefined : value);
      start = at + 1;
      value = '';
    } else {
      value += character;
    }
  }
  if (fields.length === 4) fields.push(value);
  return fields;
}
