import { inserted } from './template.ts';
import type { Template } from './template.ts';

const LIST = 'src/cli/command-names.ts';

/** A command: src/cli/commands/<name>.ts, its name in the list, a test that spawns it. */
export const command: Template = ({ name, read }) => {
  const list = read(LIST);
  if (list.includes(`'${name}'`)) throw new Error(`there is a command ${name} already`);
  return {
    files: [
      { path: `src/cli/commands/${name}.ts`, text: commandFile(name) },
      { path: `test/cli/${name}.test.ts`, text: commandTest(name) },
    ],
    edits: [{ path: LIST, text: inserted(list, /^\] as const;/m, `  '${name}',\n`, LIST) }],
    next: [
      `write what ${name} does in src/operations/ and call it from src/cli/commands/${name}.ts`,
      'npm run docs, which adds it to docs/cli.md',
    ],
  };
};

function commandFile(name: string): string {
  return `import type { CommandDefinition } from '../command.ts';

export const command: CommandDefinition = {
  summary: 'say in one line what ${name} does',
  description: 'Say in a paragraph what ${name} does, what it touches and what it leaves alone.',
  options: [],
  examples: [['lms-db ${name}', 'say what that does']],
  // With a database: withTarget(invocation, (context) => yourOperation(context)) of ../with-target.ts.
  run: () =>
    Promise.resolve({
      formatVersion: 1,
      command: '${name}',
      targets: [],
      findings: [],
      notes: ['${name} has nothing to say yet'],
      exitCode: 0,
    }),
};
`;
}

function commandTest(name: string): string {
  return `import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

describe('lms-db ${name}', () => {
  it('writes one JSON envelope to stdout', () => {
    const stdout = execFileSync(process.execPath, ['bin/lms-db.js', '${name}', '--json'], { encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({ formatVersion: 1, command: '${name}', ok: true, exitCode: 0 });
  });
});
`;
}
