import type { Clock, Emit } from '../core/ports.ts';
import type { OptionValues } from './command-options.ts';

/** What a command is called with, and the only ways out of it. */
export interface Invocation {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly options: OptionValues;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Aborts on the first SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** Asks a person and gives back what was typed; undefined where nobody is there to answer. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Shows lines to a person before a question. */
  readonly show: (lines: readonly string[]) => void;
  /** Who runs this, as the history records it. */
  readonly actor: string;
  readonly toolVersion: string;
  /** Absolute path of the installed package, where the bundled projects lie. */
  readonly packageRoot: string;
}
