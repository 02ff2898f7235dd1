/** A line at the foot of the terminal that turns while something goes on. */
export interface Spinner {
  readonly show: (text: string) => void;
  readonly hide: () => void;
  /** Wipes it while something else is written. */
  readonly aside: (write: () => void) => void;
}

interface OraSpinner {
  text: string;
  readonly isSpinning: boolean;
  start(): unknown;
  stop(): unknown;
}

/** Milliseconds before it shows: what is quick would only flicker. */
const DELAY = 120;

/** A spinner on stderr. Its library is loaded when something takes a while, not before. */
export function createSpinner(colours: boolean): Spinner {
  let wanted: string | undefined;
  let ora: OraSpinner | undefined;
  let timer: NodeJS.Timeout | undefined;

  const start = (): void => {
    if (wanted === undefined || ora === undefined) return;
    ora.text = wanted;
    if (!ora.isSpinning) ora.start();
  };

  const load = async (): Promise<void> => {
    const { default: create } = await import('ora');
    ora ??= create({
      stream: process.stderr,
      color: colours ? 'cyan' : false,
      // Ora puts a space after it.
      prefixText: ' ',
      isEnabled: true,
      // stdin stays as it is, and so does the cursor: nothing is left behind if we are killed.
      discardStdin: false,
      hideCursor: false,
    });
    start();
  };

  const hide = (): void => {
    wanted = undefined;
    clearTimeout(timer);
    timer = undefined;
    if (ora?.isSpinning === true) ora.stop();
  };

  return {
    show(text) {
      wanted = text;
      if (ora !== undefined) start();
      else timer ??= setTimeout(() => void load(), DELAY).unref();
    },
    hide,
    aside(write) {
      const again = wanted;
      if (ora?.isSpinning === true) ora.stop();
      write();
      wanted = again;
      if (ora !== undefined) start();
    },
  };
}
