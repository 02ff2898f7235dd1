import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UsageError } from '../core/errors.ts';
import type { Event } from '../core/event.ts';
import type { DataLoss, Report } from '../core/report.ts';
import { PLAIN } from '../core/reporter.ts';
import type { Reporter, Style } from '../core/reporter.ts';
import { Live } from './live.ts';
import { listOption, switchOption } from './options.ts';
import type { OptionValues } from './command-options.ts';

/** Every reporter, by name. Each is the file reporters/<name>.ts. */
export const REPORTERS: Readonly<Record<string, () => Promise<Reporter>>> = {
  pretty: async () => (await import('../reporters/pretty.ts')).pretty,
  json: async () => (await import('../reporters/json.ts')).json,
  junit: async () => (await import('../reporters/junit.ts')).junit,
  github: async () => (await import('../reporters/github.ts')).github,
  sarif: async () => (await import('../reporters/sarif.ts')).sarif,
};

/** Where one rendering of the report goes. */
export interface Destination {
  readonly reporter: string;
  /** Undefined for stdout. */
  readonly file: string | undefined;
}

/** The reports that were asked for. Throws UsageError for an unknown reporter, two on stdout, or a file that cannot be written. */
export function destinationsOf(values: OptionValues): readonly Destination[] {
  const asked = listOption(values, 'reporter').map((text): Destination => {
    const colon = text.indexOf(':');
    const reporter = colon === -1 ? text : text.slice(0, colon);
    if (!Object.hasOwn(REPORTERS, reporter)) {
      throw new UsageError(`there is no reporter "${reporter}"`, {
        hint: `the reporters are ${Object.keys(REPORTERS).join(', ')}`,
      });
    }
    const file = colon === -1 ? undefined : text.slice(colon + 1);
    if (file === '') throw new UsageError(`--reporter ${text} names no file after the colon`);
    if (file !== undefined) requireWritable(file);
    return { reporter, file };
  });
  if (switchOption(values, 'json')) asked.push({ reporter: 'json', file: undefined });
  const onStdout = asked.filter((destination) => destination.file === undefined);
  const names = new Set(onStdout.map((destination) => destination.reporter));
  if (names.size > 1) {
    throw new UsageError('two reporters want to write to stdout', {
      hint: 'give one of them a file: --reporter json:report.json',
    });
  }
  const [name = 'pretty'] = names;
  return [{ reporter: name, file: undefined }, ...asked.filter(({ file }) => file !== undefined)];
}

/** How reports are written. */
export interface OutputOptions {
  readonly destinations: readonly Destination[];
  readonly command: string;
  readonly quiet: boolean;
  /** `--print`: stdout is for what the command makes, and the pretty report goes to stderr. */
  readonly printing?: boolean | undefined;
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly style: Style;
  readonly stderrStyle: Style;
}

/**
 * Writes the report. The pretty one grows line by line while the command runs: on stdout, or on stderr as
 * progress where stdout is another reporter's. The others are written at the end.
 */
export class Output {
  readonly #options: OutputOptions;
  readonly #live: Live | undefined;

  constructor(options: OutputOptions) {
    this.#options = options;
    const { destinations, command, quiet, stdout, stderr, style, stderrStyle } = options;
    const lines = (write: (text: string) => void) => (all: readonly string[]) =>
      write(all.map((line) => `${line}\n`).join(''));
    const pretty =
      options.printing !== true &&
      destinations.some(({ reporter, file }) => reporter === 'pretty' && file === undefined);
    if (pretty || !quiet) {
      this.#live = new Live({
        command,
        results: lines(pretty ? stdout : stderr),
        style: pretty ? style : stderrStyle,
        trouble: lines(stderr),
        troubleStyle: stderrStyle,
      });
    }
  }

  /** True once nothing has to wait for the first line, which names the target. */
  get headed(): boolean {
    return this.#live?.headed ?? true;
  }

  event(event: Event): void {
    this.#live?.event(event);
  }

  notes(lines: readonly string[]): void {
    this.#live?.notes(lines);
  }

  losses(losses: readonly DataLoss[]): void {
    this.#live?.losses(losses);
  }

  /** Writes what is left to say, and the reports that are written as a whole. Throws UsageError for a file that cannot be written. */
  async finish(report: Report): Promise<void> {
    this.#live?.finish(report);
    for (const { reporter, file } of this.#options.destinations) {
      if (reporter === 'pretty' && file === undefined) {
        if (this.#options.printing === true) this.#options.stdout(printedText(report));
        continue;
      }
      const text = (await REPORTERS[reporter]?.())?.render(
        report,
        file === undefined ? this.#options.style : PLAIN,
      );
      if (text === undefined) continue;
      if (file === undefined) this.#options.stdout(text);
      else writeReport(file, text);
    }
  }
}

/** What a command was asked to print, as it is: it may go into a pipe. */
function printedText({ targets }: Report): string {
  return targets.map(({ types, snapshot }) => types?.text ?? snapshot?.text ?? '').join('');
}

/** Better said before the work than after it. */
function requireWritable(file: string): void {
  const path = resolve(file);
  try {
    accessSync(dirname(path), constants.W_OK);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw new Error('it is a folder');
  } catch (error) {
    throw notWritable(file, error);
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(resolve(file), text);
  } catch (error) {
    throw notWritable(file, error);
  }
}

function notWritable(file: string, cause: unknown): UsageError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UsageError(`the report cannot be written to ${file}: ${why}`, {
    cause,
    hint: 'name a file in a folder that exists and that you may write to',
  });
}
