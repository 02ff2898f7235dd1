import { readFileSync } from 'node:fs';
import type { Measurement } from '../../src/core/measurement.ts';

/** What the atlas says of one statement on some major versions. */
export interface AtlasResult {
  readonly pg: readonly number[];
  readonly error?: string;
  readonly locks?: Readonly<Record<string, string>>;
  readonly rewritten?: readonly string[];
  readonly created?: readonly string[];
  readonly tuples_read?: Readonly<Record<string, number>>;
  readonly written?: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A statement of the atlas. */
export interface AtlasEntry {
  readonly id: string;
  readonly sql: string;
  /** Runs, and is committed, before it. */
  readonly setup?: string;
  readonly results: readonly AtlasResult[];
}

const FIXTURES = new URL('../fixtures/', import.meta.url);

/** Every statement whose locks the atlas knows; the others only say whether a transaction block may hold them. */
export const MEASURED_ATLAS: readonly AtlasEntry[] = readFileSync(
  new URL('lock-atlas.jsonl', FIXTURES),
  'utf8',
)
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as AtlasEntry)
  .filter(({ id }) => !id.startsWith('intx: '));

/** The schema that its statements meet, with its rows. */
export const ATLAS_SETUP = readFileSync(new URL('lock-atlas-setup.sql', FIXTURES), 'utf8');

/** What a statement does, in words that the atlas and a measurement share. */
export interface AtlasFacts {
  readonly locks: readonly string[];
  readonly rewritten: readonly string[];
  readonly rebuilt: readonly string[];
  readonly scanned: readonly string[];
  readonly written: readonly string[];
}

/** The facts that the atlas states. It leaves ACCESS SHARE out, and scans of empty tables. */
export function factsOf(result: AtlasResult): AtlasFacts {
  const { locks = {}, rewritten = [], created = [], tuples_read = {}, written = {} } = result;
  const ofKind = (kinds: string, names: readonly string[]): string[] =>
    names.filter((name) => kinds.includes(name.charAt(0))).map((name) => name.slice(2));
  const scanned = Object.keys(tuples_read);
  // ALTER TYPE that needs no new order makes the index anew in the catalog and keeps its file: nothing is read.
  const replaced = scanned.length === 0 ? [] : ofKind('i', created).filter((name) => OWN_INDEXES.has(name));
  return {
    locks: Object.entries(locks)
      .map(([name, mode]) => `${name} ${mode}`)
      .toSorted(),
    rewritten: ofKind('rm', rewritten).toSorted(),
    rebuilt: [...ofKind('i', rewritten), ...replaced].toSorted(),
    scanned: scanned.toSorted(),
    // Rows of a table that the statement makes are nobody's concern here.
    written: Object.entries(written)
      .filter(([name]) => !created.some((made) => made.slice(2) === name))
      .map(([name, { ins = 0, upd = 0, del = 0 }]) => `${name} ${ins} ${upd} ${del}`)
      .toSorted(),
  };
}

const OWN_INDEXES: ReadonlySet<string> = new Set(
  [...ATLAS_SETUP.matchAll(/INDEX (\w+) ON/g)].map(([, name = '']) => name),
);

/** The same facts of a measurement. */
export function measuredFacts(measured: Measurement): AtlasFacts {
  const plain = ({ name }: { readonly name: string }): string => name.replace(/^s\./, '');
  return {
    locks: measured.locks
      .filter(({ mode }) => mode !== 'ACCESS SHARE')
      .map(({ relation, mode }) => `${plain(relation)} ${catalogMode(mode)}`)
      .toSorted(),
    rewritten: measured.rewritten.map(plain).toSorted(),
    rebuilt: measured.rebuilt.map(plain).toSorted(),
    scanned: measured.scanned
      .filter(({ rows }) => rows > 0)
      .map(({ relation }) => plain(relation))
      .toSorted(),
    written: measured.written
      .map(
        ({ relation, inserted, updated, deleted }) => `${plain(relation)} ${inserted} ${updated} ${deleted}`,
      )
      .toSorted(),
  };
}

/** `ShareRowExclusiveLock`, as pg_locks has it. */
function catalogMode(mode: string): string {
  const words = mode.split(' ').map((word) => word.charAt(0) + word.slice(1).toLowerCase());
  return `${words.join('')}Lock`;
}
