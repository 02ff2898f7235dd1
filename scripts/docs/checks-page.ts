// docs/checks.md: the built-in checks, each from its own file.
import type { BuiltinCheck } from '../../src/core/builtin-check.ts';
import { BUILTIN_CHECKS } from '../../src/operations/verify-builtin.ts';

/** The text of docs/checks.md. */
export function checksPage(): Promise<string> {
  return Promise.resolve(
    `${[
      '<!-- Written by `npm run docs` from src/checks. Change those, not this page. -->',
      '',
      '# Built-in checks',
      '',
      '`lms-db verify` runs them beside the checks of the project, in the same read-only transaction and on the same',
      'snapshot. They look at the schemas of the project: not at those of PostgreSQL, not at the history of lms-db, and not',
      'at what belongs to an extension. Each finding comes with the statement that mends it; `lms-db up` does not run them.',
      '',
      'What is meant to be as it is can be accepted in the configuration of the project: by check, the tables or other',
      'objects, with or without their schema; `"*"` accepts all findings of a check. What is accepted is counted in the',
      'report. The checks of tenants run where the configuration names the column and the table of the tenants:',
      '',
      '```json',
      '{',
      '  "tenancy": { "column": "academy_id", "root": "academies" },',
      '  "builtin": { "allow": { "missing-primary-key": ["log"], "tenant-nullable": ["validation_rules"] } }',
      '}',
      '```',
      '',
      'What this role may not read, what took too long and what is not safe to call is said to be not tried, with the reason.',
      '',
      '',
      ...BUILTIN_CHECKS.map(({ id, title }) => `- [${id}](#${id}): ${title}`),
      '',
      ...BUILTIN_CHECKS.flatMap(checkSection),
    ]
      .join('\n')
      .trimEnd()}\n`,
  );
}

function checkSection({ id, title, why, example, severity, tenancy }: BuiltinCheck): readonly string[] {
  const when = tenancy === true ? ', where the configuration names the `tenancy`' : '';
  return [
    `## ${id}`,
    '',
    `In the report: *${title}*. A failure is ${severity === 'error' ? 'an error' : 'a warning'}${when}.`,
    '',
    why,
    '',
    'What breaks it:',
    '',
    '```sql',
    example,
    '```',
    '',
  ];
}
