import { UsageError } from '../core/errors.ts';
import type { Parsed } from '../core/parsed.ts';
import { directoriesOf } from '../core/project-files.ts';
import type { ProjectDirectories } from '../core/project-files.ts';
import { didYouMean } from '../core/suggestion.ts';
import type { Config, ProjectConfig } from './config.ts';
import { allowedIn, tenancyIn } from './project-checks.ts';
import { typesIn } from './project-types.ts';
import { nameOf, textOf, typeName } from './settings.ts';

/** The oldest PostgreSQL that lms-db itself runs on. */
export const OLDEST_POSTGRES = 14;

/** What the file says about one project, as the documentation lists it. */
export const PROJECT_KEYS = [
  {
    key: 'postgres',
    form: '">=15"',
    meaning:
      'the oldest PostgreSQL that the migrations run on; an older server is refused before anything runs',
  },
  {
    key: 'directories',
    form: 'object',
    meaning:
      'where the files lie, if not in the usual folders: migrations, rollbacks, checks, seeds, and the files types, snapshot and rehearsals',
  },
  { key: 'url', form: 'URL or key=value string', meaning: 'the database of this project' },
  {
    key: 'tenancy',
    form: '{ "column": "academy_id", "root": "academies" }',
    meaning:
      'the column that names the tenant in every table, and the table of the tenants: verify checks that no row refers to another tenant',
  },
  {
    key: 'builtin',
    form: '{ "allow": { "missing-primary-key": ["log"] } }',
    meaning:
      'findings of the built-in checks that are accepted: by check, the tables or other objects; "*" is all of them',
  },
  {
    key: 'types',
    form: '{ "camelCase": true }',
    meaning: 'how the types are generated: see “Types” in docs/formats.md',
  },
] as const;

/** Collects mistakes; `path` is the path of the key. */
export type Report = (path: string, problem: string) => void;

/** Name of the one database of a repository that gives it none: the same in every clone, whatever its folder is called. */
export const UNNAMED = 'database';

/** The projects of a file: those of `projects`, or the one of a repository without that level. */
export function projectsOf(
  file: Readonly<Record<string, unknown>>,
  report: Report,
): readonly ProjectConfig[] {
  const { projects, ...rest } = file;
  if (projects === undefined) {
    const name =
      rest['name'] === undefined ? UNNAMED : (take(nameOf(rest['name']), 'name', report) ?? UNNAMED);
    // Its `url` is the top one, which is a setting.
    return [projectOfEntry(name, undefined, { ...rest, url: undefined }, '', report)];
  }
  for (const key of ['name', 'postgres', 'directories', 'tenancy', 'builtin', 'types']) {
    if (rest[key] !== undefined) report(key, 'belongs to a project: move it into projects.<name>');
  }
  if (!isObject(projects)) {
    report('projects', `is ${typeName(projects)} and must be an object of projects by name`);
    return [];
  }
  const entries = Object.entries(projects);
  if (entries.length === 0) report('projects', 'is empty; leave it out for a repository with one database');
  return entries.map(([name, entry]) => {
    const path = `projects.${name}`;
    take(nameOf(name), path, report);
    if (!isObject(entry)) {
      report(path, `is ${typeName(entry)} and must be an object; {} is enough`);
      return projectOfEntry(name, name, {}, path, report);
    }
    const known = PROJECT_KEYS.map(({ key }): string => key);
    for (const key of Object.keys(entry)) {
      if (!known.includes(key)) report(`${path}.${key}`, `unknown key; ${didYouMean(key, known)}`);
    }
    return projectOfEntry(name, name, entry, path, report);
  });
}

function projectOfEntry(
  name: string,
  level: string | undefined,
  entry: Readonly<Record<string, unknown>>,
  path: string,
  report: Report,
): ProjectConfig {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  const postgres =
    entry['postgres'] === undefined ? undefined : take(majorOf(entry['postgres']), at('postgres'), report);
  const url = entry['url'] === undefined ? undefined : take(textOf(entry['url']), at('url'), report);
  return {
    name,
    directories: directoriesIn(entry['directories'], directoriesOf(level), at('directories'), report),
    postgres: postgres ?? OLDEST_POSTGRES,
    url,
    tenancy: tenancyIn(entry['tenancy'], at('tenancy'), report),
    allowed: allowedIn(entry['builtin'], at('builtin'), report),
    types: typesIn(entry['types'], at('types'), report),
  };
}

/** `>=15`, `15` or the number 15. */
function majorOf(value: unknown): Parsed<number> {
  const text = typeof value === 'number' ? String(value) : value;
  const digits = typeof text === 'string' ? /^\s*(?:>=)?\s*(\d{1,3})\s*$/.exec(text)?.[1] : undefined;
  if (digits === undefined) {
    const written = typeof value === 'string' ? `"${value}"` : typeName(value);
    return { problem: `is ${written} and must be a major version such as ">=15"` };
  }
  const major = Number(digits);
  if (major < OLDEST_POSTGRES)
    return { problem: `${major} is older than lms-db runs on; ${OLDEST_POSTGRES} is the oldest` };
  return { value: major };
}

function directoriesIn(
  value: unknown,
  usual: ProjectDirectories,
  path: string,
  report: Report,
): ProjectDirectories {
  if (value === undefined) return usual;
  if (!isObject(value)) {
    report(path, `is ${typeName(value)} and must be an object of folders`);
    return usual;
  }
  const known = Object.keys(usual);
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) report(`${path}.${key}`, `unknown key; ${didYouMean(key, known)}`);
  }
  const folder = (key: keyof ProjectDirectories): string => {
    if (value[key] === undefined) return usual[key];
    const text = take(textOf(value[key]), `${path}.${key}`, report);
    // Paths in messages and in the history are the same on every platform.
    return text === undefined
      ? usual[key]
      : text
          .replaceAll('\\', '/')
          .replace(/^(?:\.\/)+/, '')
          .replace(/(?<=.)\/+$/, '');
  };
  return {
    migrations: folder('migrations'),
    rollbacks: folder('rollbacks'),
    checks: folder('checks'),
    seeds: folder('seeds'),
    types: folder('types'),
    snapshot: folder('snapshot'),
    rehearsals: folder('rehearsals'),
  };
}

/**
 * The project that a command works on. Throws UsageError for a name that does not exist, and where there are
 * several and none was named.
 */
export function projectOf(config: Config, name: string | undefined = config.defaultProject): ProjectConfig {
  const names = config.projects.map((project) => project.name);
  if (name === undefined) {
    const [only, another] = config.projects;
    if (only !== undefined && another === undefined) return only;
    throw new UsageError(`there are several projects: ${names.join(', ')}`, {
      hint: 'name one with --project, or set defaultProject in the config',
    });
  }
  const found = config.projects.find((project) => project.name === name);
  if (found !== undefined) return found;
  throw new UsageError(`there is no project "${name}"`, { hint: didYouMean(name, names) });
}

/** Whether a value is an object of keys, not a list and not null. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function take<Value>(parsed: Parsed<Value>, path: string, report: Report): Value | undefined {
  if (parsed.problem !== undefined) report(path, parsed.problem);
  return parsed.value;
}
