import { checksumOf } from './checksum.ts';
import type { Plan } from './plan.ts';

/** A plan that is pinned by hash, as `plan --out` writes it and `up --plan` demands it. */
export interface PlanPin {
  readonly formatVersion: 1;
  readonly project: string;
  /** The newest applied version that the plan starts from. */
  readonly from: string | undefined;
  readonly steps: readonly { readonly version: string; readonly name: string; readonly checksum: string }[];
  /** SHA-256 over everything above. */
  readonly hash: string;
}

/** Pins what a plan would run: the versions, in order, with the checksums of file, rollback and guard. */
export function pinOf(plan: Plan, project: string): PlanPin {
  const steps = plan.steps.map((step) => ({
    version: step.version,
    name: step.name,
    checksum: checksumOf(
      [step.script.checksum, step.file?.rollback?.script.checksum ?? '', step.guard?.checksum ?? ''].join(
        '\n',
      ),
    ),
  }));
  const { from } = plan;
  return { formatVersion: 1, project, from, steps, hash: hashOf(project, from, steps) };
}

/** Reads a pinned plan; undefined for anything that pinOf did not make, or that was changed by hand. */
export function parsePin(text: string): PlanPin | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const { formatVersion, project, from, steps, hash } = value;
  if (formatVersion !== 1 || typeof project !== 'string' || typeof hash !== 'string') return undefined;
  if ((from !== undefined && typeof from !== 'string') || !Array.isArray(steps)) return undefined;
  const read: { version: string; name: string; checksum: string }[] = [];
  for (const step of steps as readonly unknown[]) {
    if (!isRecord(step)) return undefined;
    const { version, name, checksum } = step;
    if (typeof version !== 'string' || typeof name !== 'string' || typeof checksum !== 'string')
      return undefined;
    read.push({ version, name, checksum });
  }
  if (hash !== hashOf(project, from, read)) return undefined;
  return { formatVersion, project, from, steps: read, hash };
}

function hashOf(project: string, from: string | undefined, steps: PlanPin['steps']): string {
  return checksumOf(JSON.stringify([project, from ?? '', steps]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
