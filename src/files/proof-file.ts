import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { parsedProofs, proofsText } from '../core/rehearsal-proof.ts';
import type { Proofs } from '../core/rehearsal-proof.ts';
import { errorCode, whyUnreadable } from './list-directory.ts';
import { replaceFile } from './types-file.ts';

/** Reads the proofs of a project; undefined where there is no such file. Throws UsageError for one that is none. */
export function readProofs(root: string, path: string): Proofs | undefined {
  let text: string;
  try {
    text = readFileSync(resolve(root, path), 'utf8');
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return undefined;
    throw new UsageError(`the proofs ${path} cannot be read: ${whyUnreadable(cause)}`, { cause });
  }
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
  const file = resolve(root, path);
  const text = proofsText(proofs);
  try {
    if (readText(file) === text) return;
    mkdirSync(dirname(file), { recursive: true });
    replaceFile(file, text);
  } catch (cause) {
    throw new UsageError(`the proofs cannot be written to ${path}: ${whyUnreadable(cause)}`, {
      cause,
      hint: 'see who owns the folder and what its permissions are, or say --no-write',
    });
  }
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
