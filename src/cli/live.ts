import type { Event } from '../core/event.ts';
import type { DataLoss, Report } from '../core/report.ts';
import type { Style } from '../core/reporter.ts';
import { lossLines } from '../reporters/pretty/losses.ts';
import { outcomeLines } from '../reporters/pretty/outcome.ts';
import { closingLines, endingLines } from '../reporters/pretty/sections.ts';
import { seedLines, seedsPlanned } from '../reporters/pretty/seeds.ts';
import { header, planned, widthOf } from '../reporters/pretty/target.ts';
import { troubleLines } from '../reporters/pretty/trouble.ts';

/** Where lines go. */
export type WriteLines = (lines: readonly string[]) => void;

/** How the live report is written. */
export interface LiveOptions {
  readonly command: string;
  /** For results, with its style. */
  readonly results: WriteLines;
  readonly style: Style;
  /** For what stopped the command. */
  readonly trouble: WriteLines;
  readonly troubleStyle: Style;
}

/**
 * The pretty report, each line written when it has become true. Line by line it gives the same text as
 * the pretty reporter gives of the finished report: a test holds them together.
 */
export class Live {
  readonly #options: LiveOptions;
  #headed = false;
  #noted = false;
  #planned = false;
  #lost = false;
  #outcomes = 0;
  #seeds = 0;
  #width = 0;
  #blank = true;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** True once the first line, which names the target, is out. */
  get headed(): boolean {
    return this.#headed;
  }

  /** Says what an event makes true. */
  event(event: Event): void {
    const { command, style } = this.#options;
    if (event.type === 'connected' && !this.#headed) {
      this.#headed = true;
      this.#say([header(event.target, command)]);
    }
    if (event.type === 'planned' && !this.#planned) {
      this.#planned = true;
      this.#width = widthOf(event.plan);
      this.#say([...planned(event.plan, command), '']);
    }
    if (event.type === 'outcome') {
      this.#outcomes += 1;
      this.#say(outcomeLines(event.outcome, this.#width, style));
    }
    this.#seedEvent(event);
  }

  #seedEvent(event: Event): void {
    if (event.type === 'seeds-planned') {
      // Set apart from the migrations above.
      if (this.#outcomes > 0) this.#say(['']);
      this.#say(seedsPlanned(event));
    }
    if (event.type === 'seed-outcome') {
      this.#seeds += 1;
      this.#say(seedLines(event.outcome, this.#options.style));
    }
  }

  /** Lines that belong to the target and are true before it is worked on. */
  notes(lines: readonly string[]): void {
    this.#noted = true;
    this.#say(lines);
  }

  /** What is about to be destroyed. */
  losses(losses: readonly DataLoss[]): void {
    this.#lost = true;
    this.#say(lossLines(losses));
  }

  /** Writes what is left to say. */
  finish(report: Report): void {
    const { command, style, trouble, troubleStyle } = this.#options;
    for (const target of report.targets) {
      if (!this.#headed) this.#say([header(target.target, command)]);
      if (!this.#noted) this.#say(target.notes ?? []);
      if (!this.#planned && target.plan !== undefined) {
        this.#width = widthOf(target.plan);
        this.#say([...planned(target.plan, command), '']);
      }
      if (!this.#lost) this.#say(lossLines(target.losses ?? []));
      this.#say(
        target.outcomes.slice(this.#outcomes).flatMap((outcome) => outcomeLines(outcome, this.#width, style)),
      );
      this.#say((target.seeds ?? []).slice(this.#seeds).flatMap((seed) => seedLines(seed, style)));
      this.#say(endingLines(command, target, style));
    }
    this.#say(closingLines(report, style));
    this.#say(troubleLines(report, troubleStyle), trouble);
  }

  #say(lines: readonly string[], write = this.#options.results): void {
    const kept: string[] = [];
    for (const line of lines) {
      if (line !== '' || !this.#blank) kept.push(line);
      this.#blank = line === '';
    }
    if (kept.length > 0) write(kept);
  }
}
