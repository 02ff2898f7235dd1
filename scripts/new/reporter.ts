import { inserted } from './template.ts';
import type { Template } from './template.ts';

const LIST = 'src/cli/output.ts';

/** A reporter: src/reporters/<name>.ts, its entry in the list, a test on a report. */
export const reporter: Template = ({ name, camel, read }) => {
  const list = read(LIST);
  const entry = `  ${camel === name ? name : `'${name}'`}: async () => (await import('../reporters/${name}.ts')).${camel},\n`;
  if (list.includes(entry)) throw new Error(`there is a reporter ${name} already`);
  return {
    files: [
      { path: `src/reporters/${name}.ts`, text: reporterFile(camel) },
      { path: `test/unit/reporters/${name}.test.ts`, text: reporterTest(name, camel) },
    ],
    edits: [
      { path: LIST, text: inserted(list, /(?<=export const REPORTERS[^{]*\{[^}]*?)^\};/m, entry, LIST) },
    ],
    next: [
      `render what somebody needs in src/reporters/${name}.ts`,
      'name it in the description of --reporter (src/cli/options.ts), then npm run docs',
    ],
  };
};

function reporterFile(camel: string): string {
  return `import type { Reporter } from '../core/reporter.ts';

/** Say who reads this, and link to the format where it has a specification. */
export const ${camel}: Reporter = {
  summary: 'say in a few words what it is for',
  render: ({ command, exitCode }) => \`\${command}: exit \${exitCode}\\n\`,
};
`;
}

function reporterTest(name: string, camel: string): string {
  return `import { describe, expect, it } from 'vitest';
import type { Report } from '../../../src/core/report.ts';
import { PLAIN } from '../../../src/core/reporter.ts';
import { ${camel} } from '../../../src/reporters/${name}.ts';

const REPORT: Report = { formatVersion: 1, command: 'up', targets: [], findings: [], exitCode: 0 };

describe('the ${name} reporter', () => {
  it('renders a report without a target', () => {
    expect(${camel}.render(REPORT, PLAIN)).toBe('up: exit 0\\n');
  });
});
`;
}
