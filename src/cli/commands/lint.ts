import { UsageError } from '../../core/errors.ts';
import { EXIT } from '../../core/finding.ts';
import type { Report } from '../../core/report.ts';
import { didYouMean } from '../../core/suggestion.ts';
import type { CommandDefinition } from '../command.ts';
import { lintedFiles } from '../lint-files.ts';
import { locate } from '../locate.ts';
import { switchOption, textOption, versionOption } from '../options.ts';

export const command: CommandDefinition = {
  summary: 'looks for locks, rewrites, data loss and mistakes in the files; needs no database',
  description:
    "Reads migrations and rollbacks with PostgreSQL's own parser, replays the earlier ones, and says what each statement does to a database in use: which lock it takes, what it reads or writes anew under it, what gets lost, what its rollback forgets. A table that the same file makes is never reported. `-- @allow RULE why` in a file accepts the findings of a rule there. Exit code 9 where there is an error.",
  arguments: [['[files...]', 'only these files, or those in these folders']],
  options: [
    {
      flags: '--since <version>',
      description: 'only what comes after this version; it counts as applied nowhere yet',
    },
    {
      flags: '--changed-from <ref>',
      description:
        'only files that differ from this git branch, tag or commit; new ones count as applied nowhere yet',
    },
    { flags: '--strict', description: 'warnings fail too' },
    { flags: '--notices', description: 'show notices too: locks that are held for a moment' },
    { flags: '--rules', description: 'list the rules' },
    { flags: '--explain <rule>', description: 'why a rule exists, with a bad and a good example' },
  ],
  examples: [
    ['lms-db lint', 'the whole project'],
    ['lms-db lint --changed-from origin/main --reporter github', 'in CI: what a branch adds, as annotations'],
    ['lms-db lint --reporter sarif:lint.sarif', 'for code scanning'],
    ['lms-db lint --explain set-not-null-scan', 'why, and what to write instead'],
  ],
  run: async (invocation) => {
    const { options } = invocation;
    const explained = textOption(options, 'explain');
    if (explained !== undefined) return explain(explained);
    if (switchOption(options, 'rules')) return listed();
    const { config, project } = await locate(invocation);
    const since = versionOption(options, 'since', '--since');
    const ref = textOption(options, 'changedFrom');
    const { files, paths, added } = await lintedFiles(invocation, config, project, ref);
    const { loadParser } = await import('../../parser/load-parser.ts');
    const { lintProject } = await import('../../operations/lint.ts');
    const { findings, summary, exitCode } = lintProject(
      files,
      {
        paths,
        since,
        added,
        strict: switchOption(options, 'strict'),
        notices: switchOption(options, 'notices'),
      },
      { postgres: project.postgres, tenancy: project.tenancy },
      await loadParser(),
    );
    return { formatVersion: 1, command: 'lint', targets: [], findings, lint: summary, exitCode };
  },
};

function said(notes: readonly string[]): Report {
  return { formatVersion: 1, command: 'lint', targets: [], findings: [], notes, exitCode: EXIT.done };
}

async function listed(): Promise<Report> {
  const { RULES } = await import('../../rules/all.ts');
  const { RULE_GROUPS } = await import('../../core/lint/rule.ts');
  const width = Math.max(...RULES.map(({ id }) => id.length));
  const groups = Object.entries(RULE_GROUPS).flatMap(([group, title]) => {
    const rules = RULES.filter((rule) => rule.group === group);
    if (rules.length === 0) return [];
    const lines = rules.map(
      ({ id, severity, summary }) => `  ${id.padEnd(width)}  ${severity.padEnd(7)}  ${summary}`,
    );
    return ['', title, ...lines];
  });
  return said([...groups, '', 'next: lms-db lint --explain RULE']);
}

async function explain(id: string): Promise<Report> {
  const { ruleNamed } = await import('../../operations/lint.ts');
  const { RULES } = await import('../../rules/all.ts');
  const { ruleText } = await import('../../core/lint/rule-text.ts');
  const rule = ruleNamed(id);
  if (rule === undefined) {
    const known = RULES.map((one) => one.id);
    const hint = didYouMean(id, known);
    throw new UsageError(`there is no rule "${id}"`, {
      hint: hint.startsWith('known are') ? '`lms-db lint --rules` lists them' : hint,
    });
  }
  return said(ruleText(rule));
}
