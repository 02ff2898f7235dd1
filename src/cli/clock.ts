import type { Clock } from '../core/ports.ts';

/** Time and chance of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  // In the process from its start; `performance` is a module that would have to be loaded.
  elapsed: () => Number(process.hrtime.bigint()) / 1e6,
  random: () => Math.random(),
  sleep: (milliseconds, signal) =>
    new Promise((resolve, reject) => {
      const aborted = (): void => {
        clearTimeout(timer);
        reject(new Error('the pause was cut short'));
      };
      if (signal?.aborted === true) {
        reject(new Error('the pause was cut short'));
        return;
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', aborted);
        resolve();
      }, milliseconds);
      signal?.addEventListener('abort', aborted, { once: true });
    }),
};
