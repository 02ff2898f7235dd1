import type { Parsed } from './parsed.ts';

/** Milliseconds per unit: PostgreSQL's own names (https://www.postgresql.org/docs/current/config-setting.html). */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
]);

/** The greatest value of PostgreSQL's timeouts: they are 32-bit integers of milliseconds. */
const LONGEST = 2_147_483_647;

const EXAMPLES = 'write 500ms, 2s, 10min or 1h; 0 is no limit';

/** Milliseconds from `500ms`, `2s`, `10min`, `1h`, `1d` or `0`. Upper and lower case differ, as in PostgreSQL. */
export function parseDuration(text: string): Parsed<number> {
  const match = /^(\d+(?:\.\d+)?) *([A-Za-z]*)$/.exec(text.trim());
  if (match === null) return { problem: `"${text}" is not a duration`, hint: EXAMPLES };
  const [, digits = '', unit = ''] = match;
  const amount = Number(digits);
  if (unit === '') {
    return amount === 0 ? { value: 0 } : { problem: `"${text}" has no unit`, hint: EXAMPLES };
  }
  const factor = UNITS.get(unit);
  if (factor === undefined) {
    return {
      problem: `"${text}" has the unit "${unit}", which is not one of ms, s, min, h, d`,
      hint: EXAMPLES,
    };
  }
  const milliseconds = Math.round(amount * factor);
  if (milliseconds > LONGEST)
    return { problem: `"${text}" is longer than PostgreSQL allows (24 days)`, hint: EXAMPLES };
  // A timeout of 0 is no timeout: 0.1ms must not turn into it.
  if (milliseconds === 0 && amount > 0)
    return { problem: `"${text}" is shorter than a millisecond`, hint: EXAMPLES };
  return { value: milliseconds };
}
