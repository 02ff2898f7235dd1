import { describe, expect, it } from 'vitest';
import { textsMatching } from '../../../src/core/fill/pattern.ts';

/** Patterns that JavaScript reads as PostgreSQL does. */
const PATTERNS: readonly string[] = [
  '^[a-z0-9]+(-[a-z0-9]+)*$',
  '^[^@\\s]+@[^@\\s]+\\.[a-z]{2,}$',
  '^[a-z]{2}(-[A-Z]{2})?$',
  '^[A-Z]{3}$',
  '^#([0-9a-f]{3}|[0-9a-f]{6})$',
  '^\\d+\\.\\d+\\.\\d+(-[0-9A-Za-z.-]+)?$',
  '^[0-9a-f]{64}$',
  '^(?:https?|ftp)://[^/]+(/.*)?$',
  '^\\+?[1-9]\\d{1,14}$',
  '^[]a]+$|^[^]]{2}$',
  '^\\w+(\\.\\w+)*?\\$\\(\\)$',
  'middle',
  '^(red|green|blue)(,(red|green|blue)){0,2}$',
  '^$',
];

describe('texts', () => {
  it.each(PATTERNS)('match %s', (pattern) => {
    // An empty class or one that begins with a bracket is written otherwise in JavaScript.
    const here = new RegExp(pattern.replace('[]a]', '[\\]a]').replace('[^]]', '[^\\]]'), 'u');
    for (let seed = 1; seed <= 40; seed += 1) {
      const texts = textsMatching(pattern, seed);
      expect(texts.length).toBeGreaterThan(0);
      for (const text of texts) expect(text).toMatch(here);
    }
  });

  it('differ from seed to seed', () => {
    const first = [1, 2, 3, 4, 5].map((seed) => textsMatching('^[a-z0-9]+(-[a-z0-9]+)*$', seed)[0]);
    expect(new Set(first).size).toBe(5);
  });

  it('take as many repetitions as a length asks for', () => {
    expect(textsMatching('^[[:xdigit:]]+$', 1, [64]).some((text) => /^[0-9a-f]{64}$/i.test(text))).toBe(true);
  });

  it.each([
    ['[[:upper:]]{2}', /^[A-Z]{2}$/],
    ['\\mword\\M', /^word$/],
    ['(?i)^abc$', /^abc$/],
    ['***:^[[:alpha:]_]$', /^[A-Za-z_]$/],
  ])('match %s, which only PostgreSQL writes so', (pattern, here) => {
    for (const text of textsMatching(pattern, 3)) expect(text).toMatch(here);
    expect(textsMatching(pattern, 3).length).toBeGreaterThan(0);
  });

  it.each(['^(?=a)b$', '^(?!a)b$', '(a)\\1', '*a', '(a', '[a'])('are none for %s', (pattern) => {
    expect(textsMatching(pattern, 1)).toEqual([]);
  });
});
