import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '../core/errors.ts';
import { placeAt } from '../core/place.ts';
import { jsonFault } from './json-fault.ts';

/** The names of the config file; any other extension is another file. */
export const CONFIG_NAMES = ['lms-db.config.json', 'lms-db.config.js', 'lms-db.config.ts'] as const;

/** The config file that counts in a folder: its own or the nearest one above. Throws ConfigError for two at once. */
export function findConfigFile(directory: string): string | undefined {
  let current = resolve(directory);
  for (;;) {
    const found = CONFIG_NAMES.filter((name) => existsSync(join(current, name)));
    if (found.length > 1) {
      throw new ConfigError(`${current} has ${found.join(' and ')}`, [], { hint: 'keep one of them' });
    }
    const [name] = found;
    if (name !== undefined) return join(current, name);
    const parent = dirname(current);
    if (parent === current) return undefined;
    current = parent;
  }
}

/**
 * What a config file holds, not yet looked at. JSON is parsed, .js imported, .ts loaded through jiti, which
 * is imported for it only. Throws ConfigError.
 */
export async function readConfigFile(file: string): Promise<unknown> {
  if (file.endsWith('.json')) return readJson(file);
  if (!existsSync(file)) throw missing(file);
  try {
    if (file.endsWith('.ts')) {
      const { createJiti } = await import('jiti');
      // Without its caches: nothing is written to node_modules, and a changed file is never an old one.
      return await createJiti(pathToFileURL(file).href, { fsCache: false, moduleCache: false }).import(file, {
        default: true,
      });
    }
    const module: unknown = await import(pathToFileURL(file).href);
    return typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${basename(file)} fails when it is loaded: ${message}`, [], {
      cause,
      hint: `run it alone to see where: node ${file}`,
    });
  }
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') throw missing(file);
    throw new ConfigError(`${file} cannot be read`, [], { cause, hint: 'see its permissions' });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const fault = jsonFault(text);
    const place = placeAt(basename(file), text, fault?.offset ?? 0);
    throw new ConfigError(
      `${place.file}:${place.line}:${place.column} is not JSON: ${fault?.problem ?? 'it cannot be parsed'}`,
      [],
      { cause, place, hint: 'correct that place' },
    );
  }
}

function missing(file: string): ConfigError {
  return new ConfigError(`there is no config file ${file}`, [], {
    hint: 'correct --config, or leave it out',
  });
}
