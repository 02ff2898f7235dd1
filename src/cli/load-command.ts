import type { CommandName } from './command-names.ts';
import type { CommandDefinition } from './command.ts';

/** Loads one command, and only that one: the others, and what they import, stay on disk. */
export async function loadCommand(name: CommandName): Promise<CommandDefinition> {
  const module = (await import(`./commands/${name}.ts`)) as { readonly command: CommandDefinition };
  return module.command;
}
