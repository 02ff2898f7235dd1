import { UsageError } from '../core/errors.ts';
import { parsedProofs, proofsText } from '../core/rehearsal-proof.ts';
import type { Proofs } from '../core/rehearsal-proof.ts';
import { generatedFile } from './generated-file.ts';

/** Reads the proofs of a project; undefined where there is no such file. Throws UsageError for one that is none. */
export function readProofs(root: string, path: string): Proofs | undefined {
  const text = proofFile(root, path).read();
  if (text === undefined) return undefined;
  const proofs = parsedProofs(text);
  if (proofs === undefined) {
    throw new UsageError(`${path} is not a file of proofs that lms-db wrote`, {
      hint: 'resolve its merge conflict, or remove it and run `lms-db rehearse --all`',
    });
  }
  return proofs;
}

/** Writes the proofs of a project, as a whole and only when they changed. Throws UsageError. */
export function writeProofs(root: string, path: string, proofs: Proofs): void {
  const file = proofFile(root, path);
  const text = proofsText(proofs);
  if (file.read() !== text) file.write(text);
}

function proofFile(root: string, path: string): ReturnType<typeof generatedFile> {
  return generatedFile(root, path, 'proofs', 'say --no-write');
}
