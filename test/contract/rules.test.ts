import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/rules/all.ts';
import { findingsOfExample } from '../support/lint.ts';

const files = readdirSync('src/rules').filter((file) => file.endsWith('.ts') && file !== 'all.ts');

describe('the rules of lint', () => {
  it('are the files of their folder, each under its name', () => {
    expect(RULES.map(({ id }) => `${id}.ts`).sort()).toEqual(files.sort());
  });

  it('have a page each, and there are no pages of rules that are gone', () => {
    const pages = readdirSync('docs/rules').filter((file) => file !== 'README.md');
    expect(pages.sort()).toEqual(RULES.map(({ id }) => `${id}.md`).sort());
  });

  it.each(RULES)('$id looks at something, and says what it is for', (rule) => {
    expect(
      [rule.look, rule.lookAtFile, rule.lookAtPair, rule.lookAtEnd].some((look) => look !== undefined),
    ).toBe(true);
    for (const text of [rule.summary, rule.why, rule.rewrite]) expect(text.trim()).not.toBe('');
    expect(rule.summary).not.toMatch(/\.$/);
    expect(rule.why).toMatch(/\.$/);
  });

  it.each(RULES)('$id reports its bad example, at a place in it', (rule) => {
    const own = findingsOfExample(rule.bad).filter(({ code }) => code === rule.id);
    expect(own).not.toEqual([]);
    for (const { place, message, hint } of own) {
      expect(place?.file).toMatch(/002-file\.sql$/);
      expect(message).not.toBe('');
      expect(hint).not.toBe('');
    }
  });

  it.each(RULES)('$id does not report its good example, and no rule finds an error in it', (rule) => {
    const found = findingsOfExample(rule.good);
    expect(found.filter(({ code, severity }) => code === rule.id || severity === 'error')).toEqual([]);
  });
});
