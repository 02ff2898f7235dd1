import { ConnectionError } from '../core/errors.ts';
import { EXIT } from '../core/finding.ts';
import type { TargetReport } from '../core/report.ts';
import type { Context } from './context.ts';
import { interruption } from './execution.ts';
import { withSession } from './open.ts';

/** Milliseconds between two tries. */
const POLL = 500;

/** Waits until the server takes connections. Throws ConnectionError with its last words when it does not in time. */
export async function wait(context: Context, request: { readonly timeout: number }): Promise<TargetReport> {
  const { clock, signal, emit } = context;
  const start = clock.elapsed();
  let said = '';
  for (;;) {
    try {
      return await withSession(context, 'look', ({ target }) =>
        Promise.resolve({
          target,
          outcomes: [],
          findings: [],
          exitCode: EXIT.done,
          duration: clock.elapsed() - start,
        }),
      );
    } catch (error) {
      if (!(error instanceof ConnectionError)) throw error;
      if (error.message !== said) {
        said = error.message;
        emit({ type: 'note', message: `waiting: ${said}` });
      }
      if (clock.elapsed() - start >= request.timeout) {
        throw new ConnectionError(
          `the server did not answer within ${Math.round(request.timeout / 1000)} s: ${said}`,
          { hint: 'check the address, and that the server is started; --timeout waits longer', cause: error },
        );
      }
      await clock.sleep(POLL, signal).catch(() => undefined);
      if (signal.aborted) throw interruption(signal);
    }
  }
}
