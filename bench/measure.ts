// Times whole processes, and sums up what came out.
import { spawn } from 'node:child_process';

/** A process to time. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Runs a process to its end and gives back its milliseconds of wall time. Throws with its last lines when it fails. */
export function timed(command: Command, signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(command.program, command.arguments, {
      cwd: command.cwd,
      env: { ...process.env, ...command.env },
      stdio: ['ignore', 'ignore', 'pipe'],
      signal,
    });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const milliseconds = performance.now() - start;
      if (code === 0) resolve(milliseconds);
      else reject(new Error(`${command.program} ended with ${code ?? 'a signal'}: ${said.trim()}`));
    });
  });
}

/** The middle value; NaN without any. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** How a contender did against the reference. */
export interface Ratio {
  /** Of the ratios of the rounds, each formed within its round. */
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** The best run of the one by the best run of the other: what a busy machine spoils least. */
  readonly best: number;
}

/** The ratios of two rows of figures, round by round. Undefined without any. */
export function ratioOf(values: readonly number[], reference: readonly number[]): Ratio | undefined {
  const ratios = values.flatMap((value, index) => {
    const against = reference[index];
    return Number.isNaN(value) || against === undefined || Number.isNaN(against) ? [] : [value / against];
  });
  if (ratios.length === 0) return undefined;
  const least = (row: readonly number[]): number => Math.min(...row.filter((value) => !Number.isNaN(value)));
  return {
    median: median(ratios),
    least: Math.min(...ratios),
    most: Math.max(...ratios),
    best: least(values) / least(reference),
  };
}

/** One line of the result: how a contender did against the reference of its case. */
export interface Line {
  readonly name: string;
  /** The median, in the unit of its case. Undefined when it could not be measured. */
  readonly value?: number | undefined;
  /** Contender by reference. Undefined for the reference itself. */
  readonly ratio?: Ratio | undefined;
  /** Why there is no figure. */
  readonly problem?: string | undefined;
}

/** Something that can be run again and again under the same conditions. */
export interface Contender {
  readonly name: string;
  /** Brings the database into the state before the run; not timed. */
  readonly prepare: () => Promise<void>;
  readonly command: () => Command;
  /** Looks whether the run did its work; not timed. Throws when it did not: a broken run cannot be fast. */
  readonly verify: () => Promise<void>;
}

/**
 * Runs the contenders in turn, round by round, the first one being the reference, and starts each round with
 * another one, so that neither the drift of the machine nor the place in the row favours anybody. The first
 * round warms up and does not count. Whoever fails is out, and is reported with the reason.
 */
export async function compare(
  contenders: readonly Contender[],
  rounds: number,
  signal: AbortSignal,
  progress: (text: string) => void,
): Promise<readonly Line[]> {
  /** By name, a figure for each counted round; NaN where there is none. */
  const times = new Map(
    contenders.map(({ name }) => [name, Array.from({ length: rounds }, () => Number.NaN)]),
  );
  const problems = new Map<string, string>();
  for (let round = 0; round <= rounds; round += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      const contender = contenders[(place + round) % contenders.length];
      if (contender === undefined || problems.has(contender.name)) continue;
      try {
        await contender.prepare();
        const milliseconds = await timed(contender.command(), signal);
        await contender.verify();
        progress(
          `${round === 0 ? 'warm-up' : `round ${round}`}: ${contender.name} ${Math.round(milliseconds)} ms`,
        );
        if (round > 0) times.get(contender.name)?.splice(round - 1, 1, milliseconds);
      } catch (error) {
        signal.throwIfAborted();
        problems.set(contender.name, error instanceof Error ? error.message : String(error));
        progress(`${contender.name} failed: ${problems.get(contender.name) ?? ''}`);
      }
    }
  }
  const reference = times.get(contenders[0]?.name ?? '') ?? [];
  return contenders.map(({ name }, index): Line => {
    const problem = problems.get(name);
    if (problem !== undefined) return { name, problem };
    const own = times.get(name) ?? [];
    return { name, value: median(own), ratio: index === 0 ? undefined : ratioOf(own, reference) };
  });
}
