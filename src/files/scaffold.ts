import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { directoriesOf } from '../core/project-files.ts';
import type { ProjectDirectories } from '../core/project-files.ts';
import { errorCode, listDirectory, whyUnreadable } from './list-directory.ts';

/** A project to start from. */
export interface ScaffoldSource {
  readonly project: string;
  /** Absolute path of the package that bears it. */
  readonly root: string;
  readonly directories: ProjectDirectories;
  /** The page that describes it, relative to the root; it is left out where there is none. */
  readonly page?: string | undefined;
  /** What the configuration says of it: the oldest PostgreSQL, the tenancy, accepted findings, its types. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** What `init` is asked for. */
export interface ScaffoldRequest {
  /** Absolute path of the repository. */
  readonly root: string;
  readonly from?: ScaffoldSource | undefined;
}

/** What was done: paths relative to the root, with forward slashes, sorted. */
export interface Scaffolded {
  readonly written: readonly string[];
  /** Files that got a line more. */
  readonly extended: readonly string[];
  /** Files that existed, and were not touched. */
  readonly left: readonly string[];
}

const CONFIGS = ['lms-db.config.json', 'lms-db.config.js', 'lms-db.config.ts'];

/**
 * Makes the folders and files of a repository with one database, and fills them from a bundled project when
 * asked to. What exists is never changed, but for the lines that .gitignore and .gitattributes lack. Throws
 * UsageError when something cannot be written.
 */
export function scaffold(request: ScaffoldRequest): Scaffolded {
  const writer = new Writer(request.root);
  const directories = directoriesOf(undefined);
  try {
    if (request.from !== undefined) copyProject(writer, request.from, directories);
    const { migrations, rollbacks, checks, seeds } = directories;
    for (const directory of [migrations, rollbacks, checks, `${seeds}/reference`, `${seeds}/development`]) {
      writer.keepDirectory(directory);
    }
    const config = CONFIGS.find((name) => existsSync(resolve(request.root, name)));
    if (config === undefined) writer.write('lms-db.config.json', configText(request));
    else writer.left.push(config);
    writer.line('.gitattributes', '*.sql text eol=lf', /^\*\.sql\s.*\beol=lf\b|^\*\s.*\beol=lf\b/m);
    writer.line('.gitignore', '.lms-db/', /^\/?\.lms-db\/?\s*$/m);
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(`${request.root} cannot be set up: ${whyUnreadable(cause)}`, {
      cause,
      hint: 'see who owns the folder and what its permissions are; what is there already is left as it is when you run it again',
    });
  }
  return { written: writer.written.sort(), extended: writer.extended.sort(), left: writer.left.sort() };
}

function configText({ root, from }: ScaffoldRequest): string {
  // The name is written down, so that every clone, whatever its folder is called, means the same database.
  const plain = basename(root)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '');
  const name = from?.project ?? (plain === '' ? 'database' : plain);
  const settings = from?.settings ?? { postgres: '>=14' };
  return `${JSON.stringify({ name, ...settings }, undefined, 2)}\n`;
}

/** Copies the files of a project without the level of folders that bears its name. */
function copyProject(writer: Writer, from: ScaffoldSource, to: ProjectDirectories): void {
  if (!existsSync(resolve(from.root, from.directories.migrations))) {
    throw new UsageError(`the project "${from.project}" has no migrations in this installation`, {
      hint: 'install lms-db again',
    });
  }
  const theirs = new Set(listDirectory(from.root, from.directories.migrations).fileNames);
  const [own] = listDirectory(writer.root, to.migrations).fileNames.filter(
    (fileName) => !theirs.has(fileName),
  );
  if (own !== undefined) {
    throw new UsageError(`${to.migrations} has migrations of its own, such as ${own}`, {
      hint: `start from "${from.project}" in an empty repository; without --from, \`lms-db init\` only adds what is missing`,
    });
  }
  for (const part of ['migrations', 'rollbacks', 'checks'] as const) {
    writer.copyTree(resolve(from.root, from.directories[part]), to[part]);
  }
  // A seed in TypeScript imports the types, which lie one folder nearer and bear another name here.
  writer.copyTree(resolve(from.root, from.directories.seeds), to.seeds, (text) =>
    text.replaceAll(`'../../../${from.directories.types}'`, `'../../${to.types}'`),
  );
  const types = resolve(from.root, from.directories.types);
  if (existsSync(types)) writer.copy(types, to.types);
  const page = from.page === undefined ? undefined : resolve(from.root, from.page);
  if (page !== undefined && existsSync(page)) {
    const level = new RegExp(`\\b(migrations|rollbacks|checks|seeds)/${from.project}/`, 'g');
    writer.write('docs/database.md', readFileSync(page, 'utf8').replace(level, '$1/'));
  }
}

/** Writes below one root and keeps the list; never over anything. */
class Writer {
  readonly written: string[] = [];
  readonly extended: string[] = [];
  readonly left: string[] = [];
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  write(path: string, text: string): void {
    this.#create(path, (file) => writeFileSync(file, text, { flag: 'wx' }));
  }

  copy(source: string, path: string): void {
    this.#create(path, (file) => cpSync(source, file, { errorOnExist: true, force: false }));
  }

  /** Copies a folder; `adapt` changes the text of what is a program. */
  copyTree(source: string, path: string, adapt?: (text: string) => string): void {
    if (!existsSync(source)) return;
    for (const entry of readdirSync(source, { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) this.copyTree(resolve(source, entry.name), `${path}/${entry.name}`, adapt);
      else if (adapt !== undefined && entry.name.endsWith('.ts')) {
        this.write(`${path}/${entry.name}`, adapt(readFileSync(resolve(source, entry.name), 'utf8')));
      } else this.copy(resolve(source, entry.name), `${path}/${entry.name}`);
    }
  }

  /** Git keeps no empty folder: one gets a file that says nothing. */
  keepDirectory(path: string): void {
    const directory = resolve(this.root, path);
    if (existsSync(directory) && readdirSync(directory).length > 0) {
      if (!this.written.some((file) => file.startsWith(`${path}/`))) this.left.push(path);
      return;
    }
    this.write(`${path}/.gitkeep`, '');
  }

  /** Adds a line to a file that lacks it; makes the file where there is none. */
  line(path: string, line: string, present: RegExp): void {
    const file = resolve(this.root, path);
    if (!existsSync(file)) {
      this.write(path, `${line}\n`);
      return;
    }
    const text = readFileSync(file, 'utf8');
    if (present.test(text)) {
      this.left.push(path);
      return;
    }
    const gap = text === '' || text.endsWith('\n') ? '' : '\n';
    writeFileSync(file, `${gap}${line}\n`, { flag: 'a' });
    this.extended.push(path);
  }

  #create(path: string, make: (file: string) => void): void {
    const file = resolve(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    if (existsSync(file)) {
      this.left.push(path);
      return;
    }
    try {
      make(file);
    } catch (error) {
      if (errorCode(error) === 'EEXIST' || errorCode(error) === 'ERR_FS_CP_EEXIST') {
        this.left.push(path);
        return;
      }
      throw error;
    }
    this.written.push(path);
  }
}
