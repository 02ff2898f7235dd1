import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALIASES, COMMAND_NAMES, commandNamed } from '../../src/cli/command-names.ts';
import type { OptionDefinition } from '../../src/cli/command-options.ts';
import { loadCommand } from '../../src/cli/load-command.ts';
import { GLOBAL_OPTIONS } from '../../src/cli/options.ts';
import { parse } from '../../src/cli/parse.ts';

const flagsOf = (options: readonly OptionDefinition[]): readonly string[] =>
  options.flatMap(({ flags }) => flags.match(/(?<![\w-])--?[a-z][a-z-]*/g) ?? []);

/** The command lines of an example, without what the shell does around them. */
const linesOf = (example: string): readonly (readonly string[])[] =>
  [...example.matchAll(/lms-db ([^&|)>]+)/g)].map(([, line = '']) => line.trim().split(/\s+/));

describe('the commands', () => {
  it('are the files of their folder, each under its name', () => {
    const files = readdirSync('src/cli/commands').map((file) => file.replace(/\.ts$/, ''));
    expect([...COMMAND_NAMES].sort()).toEqual(files.sort());
  });

  it('have aliases that are no names', () => {
    for (const [alias, name] of Object.entries(ALIASES)) {
      expect(COMMAND_NAMES).toContain(name);
      expect(COMMAND_NAMES).not.toContain(alias);
      expect(commandNamed(alias)).toBe(name);
    }
  });

  it.each(COMMAND_NAMES)(
    '%s is documented: summary, description, arguments, options, examples',
    async (name) => {
      const { summary, description, arguments: rest = [], options, examples } = await loadCommand(name);
      expect(summary).toMatch(/^[a-z`].*[^.]$/);
      expect(description).toMatch(/^[A-Z`].*[.:]$/s);
      for (const [notation, meaning] of rest) {
        expect(notation).toMatch(/^[<[][a-z-]+(\.\.\.)?[>\]]$/);
        expect(meaning).not.toBe('');
      }
      for (const option of options) {
        expect(option.flags).toMatch(/^(-[a-z], )?--[a-z][a-z-]*( <[^>]+>| \[[^\]]+\])?$/);
        expect(option.description).toMatch(/^[a-z`].*[^.]$/);
      }
      const own = flagsOf(options);
      expect(new Set(own).size).toBe(own.length);
      expect(own.filter((flag) => flagsOf(GLOBAL_OPTIONS).includes(flag))).toEqual([]);
      expect(examples.length).toBeGreaterThan(0);
    },
  );

  it.each(COMMAND_NAMES)('%s has examples that can be typed', async (name) => {
    const { examples } = await loadCommand(name);
    const lines = examples.flatMap(([example]) => linesOf(example));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(await parse(line, '0.0.0'), line.join(' ')).toMatchObject({ kind: 'command' });
    }
    expect(lines.map(([first = '']) => commandNamed(first))).toContain(name);
  });

  it('all have help that names every flag they take', async () => {
    for (const name of COMMAND_NAMES) {
      const help = await parse(['help', name], '0.0.0');
      if (help.kind !== 'text') throw new Error(`there is no help for ${name}`);
      for (const flag of flagsOf((await loadCommand(name)).options)) expect(help.text).toContain(flag);
      expect(help.text).toContain('Examples:\n  $ ');
    }
    const general = await parse(['--help'], '0.0.0');
    if (general.kind !== 'text') throw new Error('there is no general help');
    for (const flag of flagsOf(GLOBAL_OPTIONS)) expect(general.text).toContain(flag);
    for (const name of COMMAND_NAMES) expect(general.text).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });
});
