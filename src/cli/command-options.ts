/** One option of a command, in commander's notation: `--to <version>`. */
export interface OptionDefinition {
  readonly flags: string;
  readonly description: string;
  /** May be given several times; the values are collected. */
  readonly repeatable?: boolean | undefined;
}

/** Values of options as commander gives them, by name in camel case. */
export type OptionValues = Readonly<Record<string, unknown>>;
