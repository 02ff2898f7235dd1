import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** A link from one library name to another. */
export interface Link {
  /** Where the link lies, absolute. */
  readonly path: string;
  /** What it points to, in the same directory. */
  readonly target: string;
}

function isEntry(value: unknown): value is { readonly source: string; readonly target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

/** The links between libraries that npm cannot pack; an install script of the package would make them. */
function listedLinks(native: string): readonly Link[] {
  const path = join(native, 'pg-symlinks.json');
  if (!existsSync(path)) return [];
  const content: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(content)) return [];
  return content.filter(isEntry).map(({ source, target }) => ({
    // Both are relative to the package: native/lib/libpq.so.5. A copy has another name for `native`.
    path: join(native, relative('native', target)),
    target: basename(source),
  }));
}

/** The links listed in the `pg-symlinks.json` of this `native` directory that are not there. */
export function missingLinks(native: string): readonly Link[] {
  return listedLinks(native).filter((link) => !existsSync(link.path));
}

/** Makes links. One that another process made meanwhile is fine; throws when the directory cannot be written. */
export function makeLinks(links: readonly Link[]): void {
  for (const link of links) {
    try {
      symlinkSync(link.target, link.path);
    } catch (error) {
      if (!existsSync(link.path)) throw error;
    }
  }
}

/** Every file and directory below a directory, and itself; not the links. */
export function listAll(directory: string): readonly string[] {
  const entries = readdirSync(directory, { withFileTypes: true, recursive: true });
  return [
    directory,
    ...entries.filter((entry) => !entry.isSymbolicLink()).map((entry) => join(entry.parentPath, entry.name)),
  ];
}
