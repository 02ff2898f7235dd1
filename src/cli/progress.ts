import type { Event } from '../core/event.ts';
import type { Holder } from '../core/activity.ts';
import { age, counted, grouped, holderText } from '../reporters/words.ts';

/** Where progress goes, and how. */
export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** A terminal gets a spinner that is wiped away; a file or pipe gets plain lines, one event a line. */
  readonly terminal: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Says what became of each step too, where no report does so line by line. */
  readonly outcomes: boolean;
}

/** Shows what happens while it happens, on stderr. */
export interface Progress {
  readonly event: (event: Event) => void;
  /** Wipes the spinner while something else is written to the terminal. */
  readonly aside: (write: () => void) => void;
  readonly stop: () => void;
}

interface Spinner {
  text: string;
  readonly isSpinning: boolean;
  start(): unknown;
  stop(): unknown;
}

/** Progress for a command. The spinner's library is loaded when there is something to show, not before. */
export function createProgress(options: ProgressOptions): Progress {
  const { write, terminal, quiet } = options;
  let spinner: Spinner | undefined;
  let wanted: string | undefined;
  let loading = false;

  const spin = (text: string): void => {
    wanted = text;
    if (spinner !== undefined) {
      spinner.text = text;
      if (!spinner.isSpinning) spinner.start();
      return;
    }
    if (loading) return;
    loading = true;
    void import('ora').then(({ default: ora }) => {
      spinner = ora({ stream: process.stderr, indent: 2, discardStdin: false, hideCursor: false });
      if (wanted !== undefined) {
        spinner.text = wanted;
        spinner.start();
      }
    });
  };

  const settle = (): void => {
    wanted = undefined;
    spinner?.stop();
  };

  return {
    event(event) {
      if (quiet) return;
      if (event.type === 'outcome' || event.type === 'connected' || event.type === 'planned') settle();
      const text = textOf(event, options);
      if (text === undefined) return;
      if (terminal && isPassing(event)) {
        spin(text);
        return;
      }
      const again = wanted;
      if (terminal) settle();
      write(`  ${text}\n`);
      if (terminal && again !== undefined) spin(again);
    },
    aside(action) {
      const again = wanted;
      settle();
      action();
      if (again !== undefined) spin(again);
    },
    stop: settle,
  };
}

/** What a spinner shows until the next event; the rest stays on the screen. */
function isPassing(event: Event): boolean {
  return (
    event.type === 'step-started' ||
    event.type === 'index-progress' ||
    (event.type === 'statement' && !event.skipped)
  );
}

function textOf(event: Event, options: ProgressOptions): string | undefined {
  switch (event.type) {
    case 'waiting-for-run':
      return `another run is at work; waiting for it${event.holder === undefined ? '' : `: ${holderText(event.holder)}`}`;
    case 'step-started':
      return options.terminal ? `${event.step.version} ${event.step.name}` : undefined;
    case 'blocked':
      return `${event.step.version} ${event.step.name} waits for a lock since ${age(event.waited)}, held by ${held(event.blockers)}`;
    case 'retrying': {
      const by = event.blockers.length === 0 ? '' : `, held by ${held(event.blockers)}`;
      return `${event.step.version} ${event.step.name}: no lock${by}; rolled back, attempt ${event.attempt} of ${event.attempts} in ${event.delay} ms`;
    }
    case 'statement': {
      const what = event.text.replace(/\s+/g, ' ').slice(0, 70);
      const done = event.skipped ? 'done by an earlier run' : what;
      return `${event.step.version} statement ${event.ordinal} of ${event.count}: ${done}`;
    }
    case 'index-progress': {
      const { phase, fraction, waitingFor } = event.progress;
      const share = fraction === undefined ? '' : ` ${grouped(fraction * 100)} %`;
      const waits = waitingFor === undefined ? '' : ` · waiting for pid ${waitingFor}`;
      return options.terminal
        ? `${event.step.version} ${event.step.name}   ${phase}${share}${waits}`
        : undefined;
    }
    case 'outcome': {
      const { outcome } = event;
      if (!options.outcomes || outcome.status === 'not-run') return undefined;
      return `${outcome.status === 'done' ? '✓' : '✗'} ${outcome.version} ${outcome.name} ${outcome.status}`;
    }
    case 'note':
      return event.message;
    case 'connected':
    case 'planned':
      return undefined;
  }
}

function held(blockers: readonly Holder[]): string {
  const [first, ...rest] = blockers;
  if (first === undefined) return 'somebody';
  return `${holderText(first)}${rest.length === 0 ? '' : ` and ${counted(rest.length, 'other')}`}`;
}
