import type { Clock, Emit } from '../core/ports.ts';
import type { DataLoss } from '../core/report.ts';
import type { Target } from '../core/target.ts';
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
  /** Says which target it will be, and what is done to reach it, before there is a connection. */
  readonly aim: (target: Target, doing: string) => void;
  /** Says lines of the report that are true before the work begins; they stand below the target's line. */
  readonly notes: (lines: readonly string[]) => void;
  /** Shows what would be destroyed, before the question. */
  readonly losses: (losses: readonly DataLoss[]) => void;
  /** Asks a person and gives back what was typed; undefined where nobody is there to answer. Throws RefusedError, InterruptedError. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  /** Names what must never be said; of these, what is public all the same. */
  readonly keepSecret: (secrets: readonly string[], publicNames: readonly string[]) => void;
  /** A text as it may be said, for what is written where nobody looks at it again: the history. */
  readonly confidential: (text: string) => string;
  /** Who runs this, as the history records it. */
  readonly actor: string;
  readonly toolVersion: string;
  /** Absolute path of the installed package, where the bundled projects lie. */
  readonly packageRoot: string;
}
