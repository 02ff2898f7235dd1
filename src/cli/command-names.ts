/** Every command, in the order of the help. Each is the file commands/<name>.ts. */
export const COMMAND_NAMES = [
  'init',
  'new',
  'up',
  'down',
  'redo',
  'status',
  'plan',
  'lint',
  'seed',
  'verify',
  'rehearse',
  'history',
  'drift',
  'types',
  'snapshot',
  'wait',
  'reset',
  'serve',
  'completion',
] as const;

/** The name of a command. */
export type CommandName = (typeof COMMAND_NAMES)[number];

/** Other names for a command, as its users know them from elsewhere. */
export const ALIASES: Readonly<Record<string, CommandName>> = {
  migrate: 'up',
  rollback: 'down',
  codegen: 'types',
  check: 'verify',
};

/** The command that a word names, by its name or an alias. */
export function commandNamed(word: string): CommandName | undefined {
  return COMMAND_NAMES.find((name) => name === word) ?? ALIASES[word];
}
