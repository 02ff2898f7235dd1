import { readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { checksumOf } from '../core/checksum.ts';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { Script } from '../core/migration.ts';
import { decodeScript } from '../core/script-faults.ts';
import { errorCode, whyUnreadable } from './list-directory.ts';

/** A file as a script, or why there is none; a very large one is both. */
export interface ReadScript {
  readonly script?: Script | undefined;
  readonly fault?: Finding | undefined;
}

/** Beyond this many characters a file is data more than it is a change of the schema. */
const LARGE = 16 * 1024 * 1024;

/** Reads one SQL file. `path` is relative to the root, as the user would type it. Never throws. */
export function readScript(root: string, path: string): ReadScript {
  const file = isAbsolute(path) ? path : `${root}/${path}`;
  try {
    // Node reads UTF-8 in one call, several times faster than bytes and a decoder; what is not plain
    // UTF-8 shows itself by a replacement character or a byte order mark, and only then is looked at again.
    let text = readFileSync(file, 'utf8');
    if (text.includes('�') || text.startsWith('\uFEFF') || text.includes('\0')) {
      const decoded = decodeScript(path, readFileSync(file));
      if (decoded.fault !== undefined) return { fault: decoded.fault };
      ({ text } = decoded);
    }
    return {
      script: { path, text, checksum: checksumOf(text) },
      fault: text.length > LARGE ? large(path) : undefined,
    };
  } catch (error) {
    const broken = errorCode(error) === 'ENOENT' ? 'it is a symbolic link to nothing' : whyUnreadable(error);
    return {
      fault: {
        code: 'unreadable',
        severity: 'error',
        exitCode: EXIT.usage,
        message: `${path} cannot be read: ${broken}`,
        hint: 'see who owns it and what its permissions are',
        place: { file: path, line: 1, column: 1 },
      },
    };
  }
}

function large(path: string): Finding {
  return {
    code: 'large-file',
    severity: 'warning',
    exitCode: EXIT.usage,
    message: `${path} has more than 16 MiB`,
    hint: 'rows belong in seeds/, which are loaded with COPY; a migration is sent, hashed and stored as a whole',
    place: { file: path, line: 1, column: 1 },
  };
}
