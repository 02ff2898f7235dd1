import type { Event } from '../core/event.ts';
import type { Plan } from '../core/plan.ts';
import type { DataLoss, Outcome, Report, TargetReport } from '../core/report.ts';
import type { Target } from '../core/target.ts';

/**
 * What a command has said so far about its target. A report that an error cuts short is made of it, and
 * a finished one says the same as the lines that are on the screen already.
 */
export class Trace {
  #target: Target | undefined;
  #connected = false;
  #plan: Plan | undefined;
  #losses: readonly DataLoss[] | undefined;
  readonly #notes: string[] = [];
  readonly #outcomes: Outcome[] = [];

  /** True once there is a connection: from then on an interruption is the operation's to handle. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Which target it will be, before there is a connection. */
  aim(target: Target): void {
    this.#target = target;
  }

  event(event: Event): void {
    if (event.type === 'connected' && !this.#connected) {
      this.#connected = true;
      this.#target = event.target;
    }
    if (event.type === 'planned') this.#plan ??= event.plan;
    if (event.type === 'outcome') this.#outcomes.push(event.outcome);
  }

  notes(lines: readonly string[]): void {
    this.#notes.push(...lines);
  }

  losses(losses: readonly DataLoss[]): void {
    this.#losses = losses;
  }

  /** The targets of a report that an error cut short. */
  cutShort(end: Pick<TargetReport, 'error' | 'findings' | 'exitCode' | 'duration'>): readonly TargetReport[] {
    if (this.#target === undefined) return [];
    return [{ ...this.#said(), target: this.#target, outcomes: this.#outcomes, ...end }];
  }

  /** The report of an operation that ended, with what was said before it as it was said. */
  completed(report: Report): Report {
    const [only, ...others] = report.targets;
    if (only === undefined || others.length > 0) return report;
    return {
      ...report,
      targets: [{ ...only, ...this.#said(), target: { ...only.target, ...this.#target } }],
    };
  }

  #said(): Partial<TargetReport> {
    return {
      ...(this.#plan === undefined ? {} : { plan: this.#plan }),
      ...(this.#losses === undefined ? {} : { losses: this.#losses }),
      ...(this.#notes.length === 0 ? {} : { notes: this.#notes }),
    };
  }
}
