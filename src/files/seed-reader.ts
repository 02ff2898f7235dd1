import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../core/errors.ts';
import type { SeedFile } from '../core/seed.ts';
import type { SeedFunction, SeedReader, SeedSource } from '../core/seed-ports.ts';

/** The size in which a file is read and sent: larger ones are no faster, smaller ones cost system calls. */
const CHUNK = 1024 * 1024;

/** Opens the seeds below a root. */
export function createSeedReader(root: string): SeedReader {
  return {
    source: (seed) => openSource(resolve(root, seed.path)),

    async checksum(seed) {
      if (seed.format === 'sql') return seed.script.checksum;
      const source = openSource(resolve(root, seed.path));
      // Nothing is kept: reading to the end is what computes it.
      const chunks = source.stream()[Symbol.asyncIterator]();
      while ((await chunks.next()).done !== true);
      return source.checksum ?? '';
    },

    program: (seed) => loadProgram(root, seed),
  };
}

/**
 * A file as a stream that counts and hashes what it gives out, so that the checksum recorded is that of the
 * bytes loaded, whoever wrote to the file meanwhile.
 */
function openSource(file: string): SeedSource {
  let position = 0;
  let checksum: string | undefined;
  return {
    size: statSync(file).size,
    get position() {
      return position;
    },
    get checksum() {
      return checksum;
    },
    async *stream() {
      position = 0;
      checksum = undefined;
      const hash = createHash('sha256');
      for await (const chunk of createReadStream(file, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
        hash.update(chunk);
        position += chunk.length;
        yield chunk;
      }
      checksum = hash.digest('hex');
    },
  };
}

async function loadProgram(root: string, seed: SeedFile): Promise<SeedFunction> {
  const file = resolve(root, seed.path);
  const { createJiti } = await import('jiti');
  // Without its caches: nothing is written to node_modules, and a changed file is never an old one.
  const jiti = createJiti(pathToFileURL(file).href, { fsCache: false, moduleCache: false });
  let module: unknown;
  try {
    module = await jiti.import(file);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`${seed.path} fails when it is loaded: ${message}`, {
      cause,
      hint: 'correct the file; nothing of it was run',
      place: { file: seed.path, line: 1, column: 1 },
    });
  }
  const exported = exportOf(module, 'default') ?? exportOf(module, 'seed');
  if (exported !== undefined) return exported;
  throw new UsageError(`${seed.path} exports no function`, {
    hint: 'write `export default async function seed(db: Kysely<DB>) { … }`',
    place: { file: seed.path, line: 1, column: 1 },
  });
}

function exportOf(module: unknown, name: 'default' | 'seed'): SeedFunction | undefined {
  if (typeof module !== 'object' || module === null || !(name in module)) return undefined;
  const value: unknown = Reflect.get(module, name);
  return typeof value === 'function'
    ? (database) => Reflect.apply(value, undefined, [database]) as unknown
    : undefined;
}
