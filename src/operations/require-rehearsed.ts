import { EXIT } from '../core/finding.ts';
import type { Finding } from '../core/finding.ts';
import type { MigrationFile } from '../core/migration.ts';
import { proofStates } from '../core/rehearsal-proof.ts';
import type { Proofs, ProofState } from '../core/rehearsal-proof.ts';

/** A finding for each of these migrations that no rehearsal has proven as it is now. */
export function unproven(
  versions: readonly string[],
  files: readonly MigrationFile[],
  proofs: Proofs | undefined,
): readonly Finding[] {
  const states = proofStates(files, proofs);
  return files.flatMap(({ version, name, script }): readonly Finding[] => {
    const state = states.get(version) ?? 'missing';
    if (!versions.includes(version) || state === 'proven' || state === 'irreversible') return [];
    return [
      {
        code: 'not-rehearsed',
        severity: 'error',
        exitCode: EXIT.refused,
        version,
        message: `${version} ${name} ${WORDS[state]}`,
        hint: `lms-db rehearse ${version}`,
        place: { file: script.path, line: 1, column: 1 },
      },
    ];
  });
}

const WORDS: Readonly<Record<Exclude<ProofState, 'proven' | 'irreversible'>, string>> = {
  missing: 'was never rehearsed',
  stale: 'changed, or something before it did, since it was rehearsed',
  failed: 'failed its rehearsal',
};
