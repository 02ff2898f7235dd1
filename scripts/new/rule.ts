import { inserted } from './template.ts';
import type { Template } from './template.ts';

const LIST = 'src/rules/all.ts';

/** A rule of lint: src/rules/<name>.ts and its line in the list; its examples are its test. */
export const rule: Template = ({ name, camel, read }) => {
  const list = read(LIST);
  const entry = `import { rule as ${camel} } from './${name}.ts';\n`;
  if (list.includes(entry)) throw new Error(`there is a rule ${name} already`);
  const imported = inserted(list, /^\n\/\*\* Every rule/m, entry, LIST);
  return {
    files: [{ path: `src/rules/${name}.ts`, text: ruleFile(name) }],
    edits: [{ path: LIST, text: inserted(imported, /^\];/m, `  ${camel},\n`, LIST) }],
    next: [
      `write what it looks for in src/rules/${name}.ts, and move its line in ${LIST} to its group`,
      'its bad and good example are its test: npx vitest run test/contract/rules.test.ts',
      'npm run docs writes its page',
    ],
  };
};

function ruleFile(name: string): string {
  return `import type { Rule } from '../core/lint/rule.ts';
import { statementAs } from '../core/lint/statement.ts';
import { nameText, writtenRelation } from '../core/schema/names.ts';

/** Say in one sentence what it looks for. */
export const rule: Rule = {
  id: '${name}',
  group: 'data-loss',
  severity: 'warning',
  summary: 'TRUNCATE of a table in use',
  why: 'Say in whole sentences why that is dangerous, and what PostgreSQL does.',
  rewrite: 'say in a sentence what to write instead',
  bad: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: 'TRUNCATE courses;',
  },
  good: {
    before: 'CREATE TABLE courses (id bigint PRIMARY KEY);',
    up: 'DELETE FROM courses WHERE id < 100;',
  },
  look: (statement, { schema, isNew }) =>
    (statementAs(statement, 'TruncateStmt')?.relations ?? []).flatMap((node) => {
      if (!('RangeVar' in node)) return [];
      const name = schema.relationName(writtenRelation(node.RangeVar));
      if (isNew(name)) return [];
      const offset = statement.offsetOf(node.RangeVar.location);
      return [{ message: \`TRUNCATE of \${nameText(name)}\`, offset }];
    }),
};
`;
}
