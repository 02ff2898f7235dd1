import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A repository with one database in a temporary folder. */
export interface TemporaryProject {
  readonly root: string;
  /** Writes a file, its folders too. */
  readonly write: (path: string, text: string | Buffer) => void;
  /** Writes a migration with its rollback, and its guard when given. */
  readonly migration: (fileName: string, up: string, down?: string, guard?: string) => void;
  readonly remove: (path: string) => void;
  readonly dispose: () => void;
}

/** Makes an empty repository. */
export function temporaryProject(files: Readonly<Record<string, string>> = {}): TemporaryProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'lms-db-test-')));
  const write = (path: string, text: string | Buffer): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  return {
    root,
    write,
    migration(fileName, up, down, guard) {
      write(`migrations/${fileName}.sql`, up);
      if (down !== undefined) write(`rollbacks/${fileName}.sql`, down);
      if (guard !== undefined) write(`checks/${fileName}.sql`, guard);
    },
    remove: (path) => rmSync(join(root, path), { recursive: true, force: true }),
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}
