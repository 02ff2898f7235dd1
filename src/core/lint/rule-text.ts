import type { Example, Rule } from './rule.ts';

/** What a rule says of itself, in lines for a terminal. */
export function ruleText(rule: Rule): readonly string[] {
  const { id, severity, summary, why, rewrite, bad, good, sources = [] } = rule;
  return [
    '',
    `${id} · ${severity}${whereText(rule)}`,
    summary,
    '',
    ...wrapped(why),
    '',
    'bad:',
    ...exampleText(bad),
    '',
    'good:',
    ...exampleText(good),
    '',
    ...wrapped(`instead: ${rewrite}`),
    ...wrapped(`accept it in one file: -- @allow ${id} why`),
    ...sources.map((source) => `see ${source}`),
  ];
}

/** Which servers and files a rule is about, where it is not about all of them. */
export function whereText({ versions, direction }: Rule): string {
  const { since, before } = versions ?? {};
  return [
    since === undefined ? '' : ` · PostgreSQL ${since} and newer`,
    before === undefined ? '' : ` · before PostgreSQL ${before}`,
    direction === undefined ? '' : ` · ${direction === 'up' ? 'migrations' : 'rollbacks'} only`,
  ].join('');
}

/** An example as the files that it stands for. */
export function exampleText({ before, up, down }: Example): readonly string[] {
  const lines = (text: string): readonly string[] =>
    text
      .trim()
      .split('\n')
      .map((line) => `  ${line}`);
  return [
    ...(before === undefined ? [] : ['  -- an earlier migration', ...lines(before), '  -- the migration']),
    ...lines(up),
    ...(down === undefined ? [] : ['  -- its rollback', ...lines(down)]),
  ];
}

const WIDEST = 100;

function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= WIDEST) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
