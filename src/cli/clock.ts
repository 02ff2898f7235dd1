import type { Clock } from '../core/ports.ts';

/** Time and chance of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
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
