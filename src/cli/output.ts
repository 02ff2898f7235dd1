import { writeFileSync } from 'node:fs';
import { UsageError } from '../core/errors.ts';
import type { Event } from '../core/event.ts';
import type { Report } from '../core/report.ts';
import { PLAIN } from '../core/reporter.ts';
import type { Reporter, Style } from '../core/reporter.ts';
import { closing, ending, header, outcomeLines, planned, widthOf } from '../reporters/pretty.ts';
import { listOption, switchOption } from './options.ts';
import type { OptionValues } from './command-options.ts';

/** Every reporter, by name. Each is the file reporters/<name>.ts. */
export const REPORTERS: Readonly<Record<string, () => Promise<Reporter>>> = {
  pretty: async () => (await import('../reporters/pretty.ts')).pretty,
  json: async () => (await import('../reporters/json.ts')).json,
};

/** Where one rendering of the report goes. */
interface Destination {
  readonly reporter: string;
  /** Undefined for stdout. */
  readonly file: string | undefined;
}

/** The reports that were asked for. Throws UsageError for an unknown reporter, or two on stdout. */
export function destinationsOf(values: OptionValues): readonly Destination[] {
  const asked = listOption(values, 'reporter').map((text): Destination => {
    const colon = text.indexOf(':');
    const reporter = colon === -1 ? text : text.slice(0, colon);
    if (!Object.hasOwn(REPORTERS, reporter)) {
      throw new UsageError(`there is no reporter "${reporter}"`, {
        hint: `the reporters are ${Object.keys(REPORTERS).join(' and ')}`,
      });
    }
    const file = colon === -1 ? undefined : text.slice(colon + 1);
    if (file === '') throw new UsageError(`--reporter ${text} names no file after the colon`);
    return { reporter, file };
  });
  if (switchOption(values, 'json')) asked.push({ reporter: 'json', file: undefined });
  const onStdout = asked.filter((destination) => destination.file === undefined);
  if (new Set(onStdout.map((destination) => destination.reporter)).size > 1) {
    throw new UsageError('two reporters want to write to stdout', {
      hint: 'give one of them a file: --reporter json:report.json',
    });
  }
  return onStdout.length === 0 ? [{ reporter: 'pretty', file: undefined }, ...asked] : asked;
}

/**
 * Writes the report. The pretty one on stdout grows line by line while the command runs, each line when
 * it has become true; the others are written at the end. Both ways give the same text.
 */
export class Output {
  readonly #destinations: readonly Destination[];
  readonly #style: Style;
  readonly #write: (text: string) => void;
  readonly #command: string;
  #started = false;
  #planned = false;
  #width = 0;

  constructor(
    destinations: readonly Destination[],
    command: string,
    style: Style,
    write: (text: string) => void,
  ) {
    this.#destinations = destinations;
    this.#command = command;
    this.#style = style;
    this.#write = write;
  }

  /** True when stdout gets the pretty report, line by line. */
  get streams(): boolean {
    return this.#destinations.some(({ reporter, file }) => reporter === 'pretty' && file === undefined);
  }

  /** Lines of the report that this event makes true. */
  linesOf(event: Event): readonly string[] {
    if (!this.streams) return [];
    if (event.type === 'connected' && !this.#started) {
      this.#started = true;
      return header(event.target);
    }
    if (event.type === 'planned') {
      this.#planned = true;
      this.#width = Math.max(this.#width, widthOf(event.plan));
      return planned(event.plan, this.#command);
    }
    return event.type === 'outcome' ? outcomeLines(event.outcome, this.#width, this.#style) : [];
  }

  /** Writes what is left to say, and the reports that are written as a whole. Throws UsageError for a file that cannot be written. */
  async finish(report: Report): Promise<void> {
    for (const { reporter, file } of this.#destinations) {
      if (file === undefined && reporter === 'pretty') {
        this.#write(this.#rest(report));
        continue;
      }
      const render = (await REPORTERS[reporter]?.())?.render;
      if (render === undefined) continue;
      const text = render(report, file === undefined ? this.#style : PLAIN);
      if (file === undefined) this.#write(text);
      else writeReport(file, text);
    }
  }

  #rest(report: Report): string {
    const lines: string[] = [];
    for (const target of report.targets) {
      if (!this.#started) lines.push(...header(target.target));
      if (!this.#planned && target.plan !== undefined) lines.push(...planned(target.plan, this.#command));
      lines.push(...ending(report.command, target, this.#style));
    }
    lines.push(...closing(report, this.#style));
    return lines.map((line) => `${line}\n`).join('');
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new UsageError(
      `the report cannot be written to ${file}: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}
