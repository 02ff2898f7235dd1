// Scaffolds the one file of a room, with its test and its entry in the list where one exists:
//   npm run new -- command NAME
//   npm run new -- reporter NAME
//   npm run new -- backend NAME
//   npm run new -- rule NAME
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { backend } from './new/backend.ts';
import { command } from './new/command.ts';
import { reporter } from './new/reporter.ts';
import { rule } from './new/rule.ts';
import type { Scaffold, Template } from './new/template.ts';

const TEMPLATES: Readonly<Record<string, Template>> = { command, reporter, backend, rule };

/** Rooms that this program has no template for. */
const BY_HAND: Readonly<Record<string, string>> = {
  check:
    'built-in checks have no template: copy the file in src/checks/ that is nearest, and see what src/core/builtin-check.ts asks for',
};

/** What to write for `command find-orphans`. Throws Error, with a sentence for the person who typed it. */
export function scaffoldOf(words: readonly string[]): Scaffold {
  const [kind = '', name = '', ...rest] = words;
  const template = Object.hasOwn(TEMPLATES, kind) ? TEMPLATES[kind] : undefined;
  if (template === undefined) {
    const byHand = Object.hasOwn(BY_HAND, kind) ? BY_HAND[kind] : undefined;
    throw new Error(byHand ?? `usage: npm run new -- ${Object.keys(TEMPLATES).join('|')} NAME`);
  }
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || rest.length > 0) {
    const written = [name, ...rest].join(' ');
    throw new Error(
      `a name is one word of lower-case letters, digits and -, such as find-orphans; not "${written}"`,
    );
  }
  const scaffold = template({ name, camel: camelCase(name), read: (path) => readFileSync(path, 'utf8') });
  const taken = scaffold.files.find(({ path }) => existsSync(path));
  if (taken !== undefined) throw new Error(`${taken.path} exists already`);
  return scaffold;
}

/** `find-orphans` as `findOrphans`. */
function camelCase(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

async function main(words: readonly string[]): Promise<number> {
  let scaffold: Scaffold;
  try {
    scaffold = scaffoldOf(words);
  } catch (error) {
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    return 2;
  }
  for (const { path, text } of scaffold.files) {
    mkdirSync(dirname(path), { recursive: true });
    await write(path, text);
    console.log(`+ ${path}`);
  }
  for (const { path, text } of scaffold.edits) {
    await write(path, text);
    console.log(`~ ${path}`);
  }
  console.log(scaffold.next.map((line) => `next: ${line}`).join('\n'));
  return 0;
}

/** Writes a file as prettier has it, whatever the length of the name that went into it. */
async function write(path: string, text: string): Promise<void> {
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await main(process.argv.slice(2));
}
