import { basename, dirname, relative, resolve } from 'node:path';
import { ConfigError } from '../core/errors.ts';
import { didYouMean } from '../core/suggestion.ts';
import { findConfigFile, readConfigFile } from './config-file.ts';
import type { Config, Variables } from './config.ts';
import { isObject, projectsOf } from './projects.ts';
import { SETTINGS, typeName } from './settings.ts';
import type { ConfigFlags, Setting } from './settings.ts';
import { withEnvironmentFile } from './variables.ts';

/** Everything from outside that the configuration depends on. */
export interface ConfigSources {
  /** Absolute path of the current folder. */
  readonly cwd: string;
  /** The environment of the process. It is never changed. */
  readonly env: Variables;
  readonly flags: ConfigFlags;
}

/** Keys that the file may have beside the settings. */
const OTHER_KEYS = [
  '$schema',
  'name',
  'postgres',
  'directories',
  'tenancy',
  'builtin',
  'types',
  'projects',
  'embedded',
];

/**
 * Finds and reads the configuration: flag, then variable, then config file, then default. Throws ConfigError
 * with every mistake of every source at once.
 */
export async function loadConfig({ cwd, env, flags }: ConfigSources): Promise<Config> {
  const file = namedFile(cwd, env, flags) ?? findConfigFile(cwd);
  const root = file === undefined ? resolve(cwd) : dirname(file);
  const content = file === undefined ? {} : await readConfigFile(file);
  const variables = await withEnvironmentFile(root, env);
  const mistakes: string[] = [];
  const fileName = file === undefined ? '' : basename(file);
  const report = (key: string, problem: string): void => {
    mistakes.push(`${fileName}: ${key}: ${problem}`);
  };
  if (!isObject(content)) {
    if (content === undefined) {
      throw new ConfigError(`${fileName} has no default export`, [], {
        hint: 'write `export default { … }`',
      });
    }
    throw new ConfigError(`${fileName} holds ${typeName(content)} where the settings are expected`, [], {
      hint: file?.endsWith('.json') === true ? 'write an object: { }' : 'write `export default { … }`',
    });
  }
  const { embedded, ...top } = content;
  refuseUnknown(content, [...topLevelKeys(), ...OTHER_KEYS], '', report);
  if (embedded !== undefined && !isObject(embedded))
    report('embedded', `is ${typeName(embedded)} and must be an object`);
  const embeddedKeys = isObject(embedded) ? embedded : {};
  refuseUnknown(embeddedKeys, ['directory', 'port'], 'embedded.', report);
  const valueInFile = (key: string): unknown =>
    key.startsWith('embedded.') ? embeddedKeys[key.slice('embedded.'.length)] : top[key];

  const chosen = <Value>(setting: Setting<Value>): Value =>
    choose(setting, { flags, variables, inFile: valueInFile(setting.key), report, mistakes });
  const projects = projectsOf(top, report);
  const defaultProject = chosen(SETTINGS.defaultProject);
  const givenUrl = givenUrlOf(flags, variables);
  chosen(SETTINGS.url);
  const fileUrl = top['url'];
  const embeddedDirectory = chosen(SETTINGS.embeddedDirectory);
  const directoryIsFromFlag = flags.embeddedDirectory !== undefined;
  if (flags.embedded === true && flags.container === true) {
    mistakes.push('--embedded and --container: only one database can be chosen');
  }
  if ((flags.embedded === true || flags.container === true) && flags.url !== undefined) {
    mistakes.push(
      `--url and --${flags.embedded === true ? 'embedded' : 'container'}: only one database can be chosen`,
    );
  }
  const config: Config = {
    root,
    file,
    projects,
    defaultProject,
    environment: chosen(SETTINGS.environment),
    environmentIsGiven:
      flags.env !== undefined || variables['LMS_DB_ENV'] !== undefined || top['environment'] !== undefined,
    protectedEnvironments: chosen(SETTINGS.protectedEnvironments),
    historySchema: chosen(SETTINGS.historySchema),
    settings: {
      lockTimeout: chosen(SETTINGS.lockTimeout),
      lockAttempts: chosen(SETTINGS.lockAttempts),
      statementTimeout: chosen(SETTINGS.statementTimeout),
      idleInTransactionTimeout: chosen(SETTINGS.idleInTransactionTimeout),
      lockWait: chosen(SETTINGS.lockWait),
    },
    embedded: {
      // What is typed is meant from where one stands; what is written, from where it is written.
      directory: resolve(directoryIsFromFlag ? cwd : root, embeddedDirectory),
      port: chosen(SETTINGS.embeddedPort),
    },
    givenUrl,
    fileUrl: typeof fileUrl === 'string' ? fileUrl : undefined,
    backend: flags.embedded === true ? 'embedded' : flags.container === true ? 'container' : undefined,
    variables,
  };
  if (mistakes.length > 0) {
    const where = file === undefined ? '' : ` (${relative(cwd, file) || fileName})`;
    throw new ConfigError(
      `the configuration${where} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:`,
      mistakes,
      {
        hint: 'docs/cli.md of lms-db lists every setting with its flag and variable',
      },
    );
  }
  return config;
}

function namedFile(cwd: string, env: Variables, flags: ConfigFlags): string | undefined {
  const name = flags.config ?? env['LMS_DB_CONFIG'];
  if (flags.config === '')
    throw new ConfigError('--config is empty', [], { hint: 'name a file, or leave it out' });
  return name === undefined || name === '' ? undefined : resolve(cwd, name);
}

function topLevelKeys(): readonly string[] {
  return Object.values(SETTINGS)
    .map(({ key }): string => key)
    .filter((key) => !key.includes('.'));
}

function refuseUnknown(
  content: Readonly<Record<string, unknown>>,
  known: readonly string[],
  prefix: string,
  report: (key: string, problem: string) => void,
): void {
  for (const key of Object.keys(content)) {
    if (!known.includes(key))
      report(
        prefix + key,
        `unknown key; ${didYouMean(
          key,
          known.filter((name) => name !== '$schema'),
        )}`,
      );
  }
}

interface Sources {
  readonly flags: ConfigFlags;
  readonly variables: Variables;
  readonly inFile: unknown;
  readonly report: (key: string, problem: string) => void;
  readonly mistakes: string[];
}

/** The value of the strongest source. Every source is looked at: a mistake that is hidden today bites tomorrow. */
function choose<Value>(setting: Setting<Value>, sources: Sources): Value {
  const { key, flag, variable, value, parse } = setting;
  const { flags, variables, inFile, report, mistakes } = sources;
  const fromFile = inFile === undefined ? undefined : parse(inFile);
  if (fromFile?.problem !== undefined) report(key, fromFile.problem);
  const variableText = variable === undefined ? undefined : variables[variable];
  const fromVariable = variableText === undefined ? undefined : parse(variableText);
  if (fromVariable?.problem !== undefined) mistakes.push(`${variable ?? ''}: ${fromVariable.problem}`);
  const flagText = flag === undefined ? undefined : flags[flag.name];
  // An empty flag is a variable that was not set where the command was put together.
  const fromFlag = flagText === undefined ? undefined : parse(flagText);
  if (fromFlag?.problem !== undefined) mistakes.push(`${flagName(flag?.text ?? '')}: ${fromFlag.problem}`);
  return fromFlag?.value ?? fromVariable?.value ?? fromFile?.value ?? value;
}

/** `--lock-timeout` of `--lock-timeout DURATION` or `-p, --project NAME`. */
function flagName(text: string): string {
  return /--[a-z-]+/.exec(text)?.[0] ?? text;
}

function givenUrlOf(flags: ConfigFlags, variables: Variables): Config['givenUrl'] {
  if (flags.url !== undefined) return { url: flags.url, source: '--url' };
  const url = variables['LMS_DB_URL'];
  return url === undefined ? undefined : { url, source: 'LMS_DB_URL' };
}
