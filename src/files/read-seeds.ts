import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseDirectives } from '../core/directives.ts';
import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import { compareVersions } from '../core/migration.ts';
import { faultsOfScript } from '../core/script-faults.ts';
import { REFERENCE } from '../core/seed.ts';
import type { SeedFile, SeedFiles } from '../core/seed.ts';
import { readDataHead } from '../core/seed-head.ts';
import type { DataHead } from '../core/seed-head.ts';
import { parseSeedName, SEED_FORMATS, tableOfDescription } from '../core/seed-name.ts';
import type { SeedFileName } from '../core/seed-name.ts';
import { errorCode, whyUnreadable } from './list-directory.ts';
import { readScript } from './read-script.ts';

/** Whose seeds to read. */
export interface SeedLocation {
  /** Absolute. */
  readonly root: string;
  /** `seeds/<project>`, relative to the root. */
  readonly directory: string;
  readonly environment: string;
}

/** What editors and merge tools leave behind, notes, types, and modules that seeds import. */
const NO_SEED = /(?:~|\.(?:bak|orig|rej|swp|swo|swx|tmp|md|txt|d\.ts))$|^[._#]/i;

/** A header, or a first line of JSON, is never longer. */
const LONGEST_HEAD = 16 * 1024 * 1024;

/** Reads what the seeds of a project say, reference first, and finds every fault at once. Rows are not read. Never throws. */
export function readSeeds(location: SeedLocation): SeedFiles {
  const faults: Finding[] = [];
  const sets = entries(location.root, location.directory, faults)
    .filter(({ directory, name }) => directory && !NO_SEED.test(name))
    .map(({ name }) => name);
  const seeds = [...new Set([REFERENCE, location.environment])].flatMap((set) =>
    sets.includes(set) ? readSet(location, set, faults) : [],
  );
  return { seeds, sets, faults };
}

function readSet(location: SeedLocation, set: string, faults: Finding[]): readonly SeedFile[] {
  const { root } = location;
  const folder = `${location.directory}/${set}`;
  const found: { readonly order: string; readonly seed: SeedFile }[] = [];
  for (const { name, directory } of entries(root, folder, faults)) {
    const path = `${folder}/${name}`;
    if (NO_SEED.test(name)) continue;
    if (directory || !SEED_FORMATS.some((format) => name.endsWith(`.${format}`))) {
      const what = directory ? 'is a folder' : 'has another ending';
      faults.push(
        fault(
          path,
          'ignored-file',
          `${path} is not read: it ${what}`,
          `seeds end in .${SEED_FORMATS.join(', .')}`,
          'warning',
        ),
      );
      continue;
    }
    const named = parseSeedName(name);
    if (named.problem !== undefined) {
      faults.push(fault(path, 'file-name', `${path} ${named.problem}`, named.hint));
      continue;
    }
    const twin = found.find(({ order }) => compareVersions(order, named.value.order) === 0);
    if (twin !== undefined) {
      faults.push(
        fault(
          path,
          'duplicate-number',
          `${path} has the number of ${twin.seed.fileName}`,
          'give one of them another number: it says which is loaded first',
        ),
      );
    }
    const seed = readSeed(root, set, name, path, named.value, faults);
    if (seed !== undefined) found.push({ order: named.value.order, seed });
  }
  return found.sort((left, right) => compareVersions(left.order, right.order)).map(({ seed }) => seed);
}

function readSeed(
  root: string,
  set: string,
  fileName: string,
  path: string,
  named: SeedFileName,
  faults: Finding[],
): SeedFile | undefined {
  const facts = { set, fileName, path };
  if (named.format === 'ts' || named.format === 'js') return { ...facts, format: named.format };
  if (named.format === 'sql') {
    const { script, fault: unreadable } = readScript(root, path);
    if (unreadable !== undefined) faults.push(unreadable);
    if (script === undefined) return undefined;
    // What a rollback may say, a seed may say; but every file is one transaction, with its record.
    const { directives, faults: wrong } = parseDirectives(path, script.text, 'rollback');
    faults.push(...wrong, ...faultsOfScript({ path, text: script.text }, { transaction: true }));
    if (!directives.transaction) {
      faults.push(
        fault(
          path,
          'directive',
          '@transaction off does not belong in a seed',
          'a seed and its record commit together; such statements belong in a migration',
        ),
      );
    }
    const { lockTimeout, statementTimeout } = directives;
    return { ...facts, format: 'sql', script, lockTimeout, statementTimeout };
  }
  const head = readHead(root, path, named.format, faults);
  if (head === undefined) return undefined;
  faults.push(...head.faults);
  const {
    table = tableOfDescription(named.description),
    key,
    columns,
    dialect,
    skippedBytes,
    skippedLines,
  } = head;
  return { ...facts, format: named.format, table, key, columns, dialect, skippedBytes, skippedLines };
}

/** The beginning of a data file, as much of it as its header needs. */
function readHead(
  root: string,
  path: string,
  format: 'csv' | 'ndjson',
  faults: Finding[],
): DataHead | undefined {
  try {
    const file = openSync(resolve(root, path), 'r');
    try {
      for (let size = 64 * 1024; size <= LONGEST_HEAD; size *= 4) {
        const buffer = Buffer.alloc(size);
        const length = readSync(file, buffer, 0, size, 0);
        const head = readDataHead({
          path,
          format,
          bytes: buffer.subarray(0, length),
          complete: length < size,
        });
        if (head !== undefined) return head;
      }
      faults.push(
        fault(
          path,
          'header',
          `${path}: its first line has no end within 16 MiB`,
          'is it a text file with one row a line?',
        ),
      );
    } finally {
      closeSync(file);
    }
  } catch (error) {
    faults.push(
      fault(
        path,
        'unreadable',
        `${path} cannot be read: ${whyUnreadable(error)}`,
        'see who owns it and what its permissions are',
      ),
    );
  }
  return undefined;
}

function entries(
  root: string,
  directory: string,
  faults: Finding[],
): readonly { readonly name: string; readonly directory: boolean }[] {
  const folder = resolve(root, directory);
  try {
    return readdirSync(folder)
      .sort()
      .map((name) => ({
        name,
        directory: statSync(`${folder}/${name}`, { throwIfNoEntry: false })?.isDirectory() === true,
      }));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    faults.push(
      fault(
        directory,
        'unreadable',
        `${directory} cannot be read: ${whyUnreadable(error)}`,
        'see who owns it and what its permissions are',
      ),
    );
    return [];
  }
}

function fault(
  file: string,
  code: string,
  message: string,
  hint: string | undefined,
  severity: Finding['severity'] = 'error',
): Finding {
  return { code, severity, exitCode: EXIT.usage, message, hint, place: { file, line: 1, column: 1 } };
}
