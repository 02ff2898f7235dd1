// docs/rules/: a page for each rule of lint, from its own file, and a page that lists them.
import { RULE_GROUPS } from '../../src/core/lint/rule.ts';
import { exampleText, whereText } from '../../src/core/lint/rule-text.ts';
import type { Example, Rule } from '../../src/core/lint/rule.ts';
import { RULES } from '../../src/rules/all.ts';
import { markdownTable } from './markdown.ts';

const WRITTEN = '<!-- Written by `npm run docs` from src/rules. Change those, not this page. -->';

/** The pages of all rules, and their index. */
export const RULE_PAGES: readonly { readonly path: string; readonly text: () => Promise<string> }[] = [
  { path: 'docs/rules/README.md', text: () => Promise.resolve(indexPage()) },
  ...RULES.map((rule) => ({
    path: `docs/rules/${rule.id}.md`,
    text: () => Promise.resolve(rulePage(rule)),
  })),
];

function indexPage(): string {
  const groups = Object.entries(RULE_GROUPS).flatMap(([group, title]) => {
    const rules = RULES.filter((rule) => rule.group === group);
    if (rules.length === 0) return [];
    const rows = rules.map(({ id, severity, summary }) => [`[${id}](${id}.md)`, severity, summary]);
    return [`## ${title}`, '', ...markdownTable(['rule', 'severity', 'what it reports'], rows), ''];
  });
  return page([
    WRITTEN,
    '',
    '# Rules of lint',
    '',
    '`lms-db lint` reads migrations and rollbacks with the parser of PostgreSQL 18 and replays the earlier ones, so that it',
    'knows what is there before each statement. It looks inside DO blocks, and inside functions that a file calls. A table',
    'that the same file makes is never reported: nobody else can be using it. What no file made counts as there, and in use.',
    '',
    'What the rules say of locks, rewrites and scans was measured: 270 statements on PostgreSQL 12 to 18, in',
    '`test/fixtures/lock-atlas.jsonl`, and a test compares each of them with what lint says.',
    '',
    '- An **error** is work that grows with the rows while a lock keeps others out, data that gets lost, or a mistake. Exit',
    '  code 9.',
    '- A **warning** has a better form, or a reason to look twice. With `--strict` it fails too.',
    '- A **notice** is a lock that is held for a moment: `lock_timeout` and the retries of `up` take care of it. Shown with',
    '  `--notices`.',
    '',
    'What is meant to be as it is can be accepted, for one file, by a line at its top: `-- @allow RULE why`. A line that',
    'accepts nothing is reported (`unused-allow`), and so is one with a rule that does not exist (`unknown-rule`).',
    '',
    'What the reader of the files refuses by itself, before any rule, stands in',
    '[formats.md](../formats.md#findings-and-errors).',
    '',
    ...groups,
  ]);
}

function rulePage(rule: Rule): string {
  const { id, group, severity, summary, why, rewrite, bad, good, sources = [] } = rule;
  return page([
    WRITTEN,
    '',
    `# ${id}`,
    '',
    `${summary}.`,
    '',
    `${RULE_GROUPS[group]} · ${severity}${whereText(rule)}`,
    '',
    '## Why',
    '',
    why,
    '',
    '## Instead',
    '',
    `${rewrite.charAt(0).toUpperCase()}${rewrite.slice(1)}.`,
    '',
    ...example('Reported', bad),
    ...example('Not reported', good),
    '## Accept it',
    '',
    'In one file, with the reason:',
    '',
    '```sql',
    `-- @allow ${id} why it is fine here`,
    '```',
    '',
    ...(sources.length === 0 ? [] : ['## See', '', ...sources.map((source) => `- <${source}>`), '']),
    '[All rules](README.md)',
  ]);
}

function example(title: string, shown: Example): readonly string[] {
  const { postgres, tenancy } = shown;
  const given = [
    ...(postgres === undefined ? [] : [`the oldest server is PostgreSQL ${postgres}`]),
    ...(tenancy === undefined
      ? []
      : [
          `the configuration says \`"tenancy": { "column": "${tenancy.column}", "root": "${tenancy.root}" }\``,
        ]),
  ];
  return [
    `## ${title}`,
    '',
    ...(given.length === 0 ? [] : [`Where ${given.join(', and ')}:`, '']),
    '```sql',
    ...exampleText(shown).map((line) => line.slice(2)),
    '```',
    '',
  ];
}

function page(lines: readonly string[]): string {
  return `${lines.join('\n').trimEnd()}\n`;
}
