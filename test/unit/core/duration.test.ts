import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../../src/core/duration.ts';

describe('parseDuration', () => {
  it.each([
    ['500ms', 500],
    ['2s', 2000],
    ['1.5s', 1500],
    ['10min', 600_000],
    ['1h', 3_600_000],
    ['2 s', 2000],
    ['0', 0],
    ['0ms', 0],
    ['24d', 2_073_600_000],
  ])('reads %s as %d milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toEqual({ value: milliseconds });
  });

  it.each([
    ['2', '"2" has no unit'],
    ['2m', '"2m" has the unit "m", which is not one of ms, s, min, h, d'],
    ['2S', '"2S" has the unit "S", which is not one of ms, s, min, h, d'],
    ['soon', '"soon" is not a duration'],
    ['-1s', '"-1s" is not a duration'],
    ['', '"" is not a duration'],
    ['25d', '"25d" is longer than PostgreSQL allows (24 days)'],
    ['0.1ms', '"0.1ms" is shorter than a millisecond'],
  ])('refuses %j', (text, problem) => {
    expect(parseDuration(text)).toEqual({ problem, hint: 'write 500ms, 2s, 10min or 1h; 0 is no limit' });
  });
});
