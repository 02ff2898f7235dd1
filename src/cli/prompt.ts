import { createInterface } from 'node:readline';
import { InterruptedError, RefusedError } from '../core/errors.ts';

/** Asks a person at the terminal. Throws InterruptedError on Ctrl-C, RefusedError when there is no answer (Ctrl-D). */
export async function prompt(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  let answered = false;
  try {
    return await new Promise<string>((resolve, reject) => {
      const interrupt = (): void => {
        answered = true;
        process.stderr.write('\n');
        reject(signal.reason instanceof InterruptedError ? signal.reason : new InterruptedError('SIGINT'));
      };
      // While it asks, readline has the terminal in raw mode: Ctrl-C is a key and no signal.
      lines.once('SIGINT', interrupt);
      if (signal.aborted) interrupt();
      signal.addEventListener('abort', interrupt, { once: true });
      lines.once('close', () => {
        if (answered) return;
        process.stderr.write('\n');
        reject(new RefusedError('no answer; nothing was run'));
      });
      lines.question(question, (answer) => {
        answered = true;
        resolve(answer.trim());
      });
    });
  } finally {
    answered = true;
    lines.close();
  }
}
