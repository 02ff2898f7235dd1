import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { parsePin } from '../core/pin.ts';
import type { PlanPin } from '../core/pin.ts';
import { whyUnreadable } from './list-directory.ts';

/** Writes a pinned plan. Throws UsageError when the file cannot be written. */
export function writePin(cwd: string, file: string, pin: PlanPin): void {
  try {
    writeFileSync(resolve(cwd, file), `${JSON.stringify(pin, undefined, 2)}\n`);
  } catch (cause) {
    throw new UsageError(`the plan cannot be written to ${file}: ${whyUnreadable(cause)}`, { cause });
  }
}

/** Reads a pinned plan. Throws UsageError when the file is not there or not a plan. */
export function readPin(cwd: string, file: string): PlanPin {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, file), 'utf8');
  } catch (cause) {
    throw new UsageError(`the plan ${file} cannot be read: ${whyUnreadable(cause)}`, {
      cause,
      hint: 'write it with `lms-db plan --out FILE`',
    });
  }
  const pin = parsePin(text);
  if (pin === undefined) {
    throw new UsageError(`${file} is not a plan that lms-db wrote, or was changed since`, {
      hint: 'write it with `lms-db plan --out FILE`',
    });
  }
  return pin;
}
