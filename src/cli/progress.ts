import type { Holder } from '../core/activity.ts';
import type { Event } from '../core/event.ts';
import type { Step } from '../core/plan.ts';
import { counted, cut, grouped, heldObjects, holderText, took } from '../reporters/pretty/words.ts';
import { seedProgressText } from './seed-progress.ts';
import { createSpinner } from './spinner.ts';

/** Where progress goes, and how. */
export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** A terminal gets a spinner that is wiped away; a file or pipe gets plain lines, one event a line. */
  readonly terminal: boolean;
  readonly colours: boolean;
  readonly columns: number;
  readonly quiet: boolean;
}

/** Shows what happens while it happens, on stderr. */
export interface Progress {
  readonly event: (event: Event) => void;
  /** Something that goes on until the next event. */
  readonly doing: (text: string) => void;
  /** Wipes the spinner while something else is written to the terminal. */
  readonly aside: (write: () => void) => void;
  readonly stop: () => void;
}

/** What an event looks like: a line that passes, with another one below it, or a line that stays. */
interface Line {
  readonly text: string;
  readonly below?: string | undefined;
  readonly stays?: boolean | undefined;
}

/** Progress for a command. */
export function createProgress({ write, terminal, colours, columns, quiet }: ProgressOptions): Progress {
  const spinner = createSpinner(colours);
  const describe = describer();
  let last = '';

  const show = ({ text, below, stays }: Line): void => {
    if (terminal && stays !== true) {
      const parts = [text, ...(below === undefined ? [] : [`      ${below}`])];
      spinner.show(parts.map((part) => cut(part, Math.max(20, columns - 5))).join('\n'));
      return;
    }
    const line = below === undefined ? text : `${text} · ${below}`;
    // Waiting is seen several times a second; it is worth a line when something about it has changed.
    if (line.replace(/ \d[\d.]* (?:ms|s|min|h)\b/g, '') === last) return;
    last = line.replace(/ \d[\d.]* (?:ms|s|min|h)\b/g, '');
    spinner.aside(() => write(`  ${line}\n`));
  };

  return {
    event(event) {
      if (quiet) return;
      if (['outcome', 'connected', 'planned', 'seeds-planned', 'seed-outcome'].includes(event.type)) {
        spinner.hide();
        last = '';
      }
      const line = describe(event, terminal);
      if (line !== undefined) show(line);
    },
    doing(text) {
      if (!quiet && terminal) show({ text });
    },
    aside: spinner.aside,
    stop: spinner.hide,
  };
}

/** Turns events into lines; it remembers which attempt a step is in. */
function describer(): (event: Event, terminal: boolean) => Line | undefined {
  let attempt = '';
  let phase = '';
  const title = ({ version, name }: Step): string => `${version} ${name}`;
  return (event, terminal) => {
    switch (event.type) {
      case 'waiting-for-run':
        return { text: 'another run is at work; waiting for it to end', below: heldBy([event.holder]) };
      case 'step-started':
        attempt = event.attempts > 1 ? `, attempt ${event.attempt} of ${event.attempts}` : '';
        return terminal ? { text: title(event.step) } : undefined;
      case 'blocked': {
        const objects = heldObjects(event.blockers);
        const what = objects === undefined ? 'a lock' : `a lock on ${objects}`;
        return {
          text: `${title(event.step)}   waiting for ${what}${attempt}`,
          below: heldBy(event.blockers),
        };
      }
      case 'retrying': {
        const objects = heldObjects(event.blockers);
        const what = objects === undefined ? 'no lock' : `no lock on ${objects}`;
        const again = `attempt ${event.attempt} of ${event.attempts} in ${took(event.delay)}`;
        return {
          text: `${title(event.step)}   ${what}; rolled back, ${again}`,
          below: terminal ? heldBy(event.blockers) : undefined,
        };
      }
      case 'statement': {
        attempt = '';
        phase = '';
        const sql = cut(event.text.replace(/\s+/g, ' ').trim(), 70);
        const count = `statement ${event.ordinal} of ${event.count}`;
        return event.skipped
          ? { text: `${title(event.step)}   ${count} was done by an earlier run`, stays: true }
          : { text: `${title(event.step)}   ${count}: ${sql}` };
      }
      case 'index-progress': {
        const { progress } = event;
        if (!terminal && progress.phase === phase) return undefined;
        phase = progress.phase;
        const share =
          progress.fraction === undefined || !terminal ? '' : `   ${grouped(progress.fraction * 100)} %`;
        const waits = progress.waitingFor === undefined ? '' : `   waiting for pid ${progress.waitingFor}`;
        return { text: `${title(event.step)}   ${progress.phase}${share}${waits}` };
      }
      case 'seed-started':
        return terminal ? { text: `seed ${event.name}` } : undefined;
      case 'seed-progress':
        return terminal ? { text: seedProgressText(event) } : undefined;
      case 'seed-blocked':
        return {
          text: `seed ${event.name}   waiting for ${heldObjects(event.blockers) ?? 'a lock'}`,
          below: heldBy(event.blockers),
        };
      case 'rehearsing': {
        if (!terminal) return undefined;
        const rows = event.withRows ? ', with rows' : '';
        return {
          text: `rehearsing ${event.done + 1} of ${event.count}${rows}   ${event.version} ${event.name}`,
        };
      }
      case 'note':
        return { text: event.message, stays: true };
      default:
        return undefined;
    }
  };
}

function heldBy(holders: readonly (Holder | undefined)[]): string | undefined {
  const [first, ...rest] = holders.filter((holder) => holder !== undefined);
  if (first === undefined) return undefined;
  const others = rest.length === 0 ? '' : ` and ${counted(rest.length, 'other')}`;
  // What it holds stands in the line above already.
  return `held by ${holderText({ ...first, holds: undefined })}${others}`;
}
