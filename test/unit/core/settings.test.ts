import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS, delayBeforeAttempt, lockTimeoutOfAttempt } from '../../../src/core/settings.ts';

function ladder(lockTimeout: number, attempts: number): number[] {
  return Array.from({ length: attempts }, (_, index) =>
    lockTimeoutOfAttempt(lockTimeout, index + 1, attempts),
  );
}

describe('lockTimeoutOfAttempt', () => {
  it.each<[lockTimeout: number, attempts: number, expected: number[]]>([
    [3_000, 5, [500, 500, 1_500, 1_500, 3_000]],
    [3_000, 4, [500, 500, 1_500, 3_000]],
    [3_000, 3, [500, 1_500, 3_000]],
    [3_000, 2, [500, 3_000]],
    [3_000, 1, [3_000]],
    [10_000, 5, [1_667, 1_667, 5_000, 5_000, 10_000]],
    [1, 5, [1, 1, 1, 1, 1]],
    [2, 5, [1, 1, 1, 1, 2]],
    [0, 5, [0, 0, 0, 0, 0]],
  ])('climbs to %i ms in %i attempts', (lockTimeout, attempts, expected) => {
    expect(ladder(lockTimeout, attempts)).toEqual(expected);
  });

  it('never turns a limit into none, never exceeds it, never falls, and ends with it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2_147_483_647 }),
        fc.integer({ min: 1, max: 50 }),
        (limit, attempts) => {
          const steps = ladder(limit, attempts);
          expect(steps.every((step) => Number.isInteger(step) && step >= 1 && step <= limit)).toBe(true);
          expect([...steps].sort((left, right) => left - right)).toEqual(steps);
          expect(steps.at(-1)).toBe(limit);
        },
      ),
    );
  });

  it('makes two of the usual attempts longer than deadlock_timeout, below which no autovacuum steps aside', () => {
    const { lockTimeout, lockAttempts } = DEFAULT_SETTINGS;
    expect(ladder(lockTimeout, lockAttempts).filter((step) => step > 1_000).length).toBeGreaterThanOrEqual(2);
  });
});

describe('delayBeforeAttempt', () => {
  it.each<[attempt: number, random: number, expected: number]>([
    [1, 0, 50],
    [1, 0.5, 300],
    [1, 0.999_999, 550],
    [2, 0.5, 550],
    [4, 0.5, 2_050],
    [5, 0.5, 2_550],
    [60, 0.999_999, 5_050],
    [2_000, 0.5, 2_550],
  ])('after attempt %i with %f is %i ms', (attempt, random, expected) => {
    expect(delayBeforeAttempt(attempt, random)).toBe(expected);
  });

  it('is a whole number of milliseconds between 50 and 5050, and grows with the attempts', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, (attempt, chance) => {
        const delay = delayBeforeAttempt(attempt, chance);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(50);
        expect(delay).toBeLessThanOrEqual(5_050);
        expect(delayBeforeAttempt(attempt + 1, chance)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });
});
