import { InterruptedError } from '../core/errors.ts';

/** The first signal asks the run to end in order, through the AbortSignal; the second one ends it at once. */
export function interruptions(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const reason = new InterruptedError(signal);
      if (controller.signal.aborted) process.exit(reason.exitCode);
      controller.abort(reason);
    });
  }
  // A terminal that was closed: end in order all the same.
  process.on('SIGHUP', () => controller.abort(new InterruptedError('SIGTERM')));
  return controller.signal;
}

/** Rejects with the reason once the signal aborts and `holds` is true; never resolves. */
export function interruptedWhile(signal: AbortSignal, holds: () => boolean): Promise<never> {
  return new Promise((_, reject) => {
    const check = (): void => {
      if (holds()) reject(signal.reason instanceof Error ? signal.reason : new InterruptedError('SIGINT'));
    };
    if (signal.aborted) check();
    signal.addEventListener('abort', check, { once: true });
  });
}
