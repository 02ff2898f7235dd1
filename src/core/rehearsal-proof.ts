import { checksumOf } from './checksum.ts';
import type { MigrationFile } from './migration.ts';
import type { Rehearsal, Verdict } from './rehearsal.ts';

/** What is known of one migration, for as long as nothing before it changes. */
export interface Proof {
  readonly version: string;
  readonly name: string;
  /** SHA-256 over the migration, its rollback, its guard, and everything before it. */
  readonly chain: string;
  readonly verdict: Exclude<Verdict, 'not-run'>;
  /** It was rehearsed with rows too. */
  readonly rows: boolean;
  /** Major version of the server that it was rehearsed on. */
  readonly postgres: number;
}

/** The file of proofs of one project, which is committed with its migrations. */
export interface Proofs {
  readonly formatVersion: 1;
  readonly project: string;
  readonly migrations: readonly Proof[];
}

/** How a migration stands with its proof: `stale` when it, or something before it, changed since. */
export type ProofState = 'proven' | 'irreversible' | 'failed' | 'stale' | 'missing';

/**
 * By version, the checksum of each migration together with all that comes before it: a rollback that was proven gives
 * back a schema that other files made.
 */
export function chainsOf(files: readonly MigrationFile[]): ReadonlyMap<string, string> {
  const chains = new Map<string, string>();
  let before = '';
  for (const file of files) {
    const own = [file.version, file.script, file.rollback?.script, file.guard].map((part) =>
      typeof part === 'string' ? part : (part?.checksum ?? '-'),
    );
    before = checksumOf([before, ...own].join('\n'));
    chains.set(file.version, before);
  }
  return chains;
}

/** How each migration stands with the proofs at hand. */
export function proofStates(
  files: readonly MigrationFile[],
  proofs: Proofs | undefined,
): ReadonlyMap<string, ProofState> {
  const chains = chainsOf(files);
  const known = new Map(proofs?.migrations.map((proof) => [proof.version, proof]));
  return new Map(
    files.map(({ version }) => {
      const proof = known.get(version);
      if (proof === undefined) return [version, 'missing'];
      return [version, proof.chain === chains.get(version) ? proof.verdict : 'stale'];
    }),
  );
}

/**
 * The proofs after a rehearsal: new verdicts in the place of the old, the rest kept as they are, those of files that
 * are gone left out; in the order of the versions.
 */
export function proofsAfter(
  project: string,
  files: readonly MigrationFile[],
  before: Proofs | undefined,
  rehearsal: Rehearsal,
): Proofs {
  const chains = chainsOf(files);
  const postgres = Number.parseInt(rehearsal.serverVersion, 10);
  const fresh = new Map(rehearsal.migrations.map((migration) => [migration.version, migration]));
  const old = new Map(before?.migrations.map((proof) => [proof.version, proof]));
  const migrations = files.flatMap(({ version, name }): readonly Proof[] => {
    const now = fresh.get(version);
    const kept = old.get(version);
    if (now === undefined || now.verdict === 'not-run') return kept === undefined ? [] : [kept];
    const chain = chains.get(version) ?? '';
    // An equal proof with rows is not taken back by a run without them.
    if (kept?.chain === chain && kept.verdict === now.verdict && kept.rows && !now.rows) return [kept];
    return [{ version, name, chain, verdict: now.verdict, rows: now.rows, postgres }];
  });
  return { formatVersion: 1, project, migrations };
}

/** The text of the file: one line a migration, so that a merge conflict is about one migration. */
export function proofsText(proofs: Proofs): string {
  const lines = proofs.migrations.map((proof) => `    ${JSON.stringify(proof)}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "formatVersion": 1,\n  "project": ${JSON.stringify(proofs.project)},\n  "migrations": ${list}\n}\n`;
}

/** Reads the text of such a file; undefined for anything else. */
export function parsedProofs(text: string): Proofs | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || value['formatVersion'] !== 1) return undefined;
  const { project, migrations } = value;
  if (typeof project !== 'string' || !Array.isArray(migrations)) return undefined;
  return migrations.every(isProof) ? { formatVersion: 1, project, migrations } : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isProof(value: unknown): value is Proof {
  return (
    isRecord(value) &&
    ['version', 'name', 'chain'].every((key) => typeof value[key] === 'string') &&
    ['proven', 'failed', 'irreversible'].includes(String(value['verdict'])) &&
    typeof value['rows'] === 'boolean' &&
    typeof value['postgres'] === 'number'
  );
}
