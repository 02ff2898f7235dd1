import type { Report } from '../core/report.ts';
import type { OptionDefinition } from './command-options.ts';
import type { Invocation } from './invocation.ts';

/** One command. Adding one is adding a file in commands/, whose name is its id, and its name to the list. */
export interface CommandDefinition {
  /** One line for the help. */
  readonly summary: string;
  /** A paragraph for its own help and docs/cli.md. */
  readonly description: string;
  /** `[name]`, `<name>`, `[files...]`, in commander's notation, with what it is. */
  readonly arguments?: readonly (readonly [notation: string, description: string])[] | undefined;
  readonly options: readonly OptionDefinition[];
  /** Command lines worth showing, with what they do. */
  readonly examples: readonly (readonly [commandLine: string, effect: string])[];
  readonly run: (invocation: Invocation) => Promise<Report>;
}
