import { expect, it } from 'vitest';
import type { LintSettings } from '../../src/core/lint/rule.ts';
import { lintOf } from './lint.ts';
import type { Pair } from './lint.ts';

/** One case of a rule: earlier migrations, the one that is looked at, and what the rule says about it. */
export interface RuleCase {
  /** A sentence about behaviour. */
  readonly it: string;
  readonly before?: string | undefined;
  readonly up: string;
  readonly down?: string | undefined;
  readonly settings?: Partial<LintSettings> | undefined;
  /** The messages of the rule, with its severity in front where that is not its own: none for silence. */
  readonly says: readonly string[];
}

/** Runs the cases of one rule, against all rules as a person does, and looks at what this one says. */
export function casesOf(rule: string, cases: readonly RuleCase[]): void {
  it.each(cases.map((one) => [one.it, one] as const))(`${rule}: %s`, (_, one) => {
    expect(messagesOf(rule, one)).toEqual(one.says);
  });
}

/** What a rule says about migration 002 and its rollback: `severity: message`. */
export function messagesOf(
  rule: string,
  { before = 'SELECT;', up, down, settings }: RuleCase,
): readonly string[] {
  const pairs: readonly (Pair | string)[] = [
    { up: before, down: 'SELECT;' },
    down === undefined ? up : { up, down },
  ];
  return lintOf(pairs, settings)
    .findings.filter(({ code, version }) => code === rule && version === '002')
    .map(({ severity, message }) => `${severity}: ${message}`);
}
