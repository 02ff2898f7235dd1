import { once } from 'node:events';
import { from as copyFrom } from 'pg-copy-streams';
import { InterruptedError } from '../../core/errors.ts';
import type { PgSession } from '../session.ts';
import { translated } from './translate.ts';

/**
 * Streams bytes into `COPY … FROM STDIN` and gives back how many rows the server took. The stream is read as
 * fast as the server takes it, so memory is that of a few chunks. When reading fails, or the run is
 * interrupted, CopyFail ends the command and the server forgets its rows. Throws ServerError,
 * ConnectionError, and what the stream throws.
 */
export async function copyIn(
  session: PgSession,
  sql: string,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  const copy = copyFrom(sql);
  let failure: unknown;
  const failed = new Promise<void>((resolve) => {
    copy.on('error', (error) => {
      failure ??= error;
      resolve();
    });
  });
  const finished = new Promise<void>((resolve) => copy.on('finish', resolve));
  let onEnd = (): void => undefined;
  const lost = new Promise<void>((resolve) => {
    onEnd = () => {
      failure ??= new Error('Connection terminated');
      resolve();
    };
  });
  session.client.once('end', onEnd);
  session.client.query(copy);
  try {
    for await (const chunk of chunks) {
      if (signal.aborted)
        throw signal.reason instanceof Error ? signal.reason : new InterruptedError('SIGINT');
      if (failure !== undefined) break;
      // Waits for the socket: `write` answers false while the server has not taken what was sent.
      if (!copy.write(chunk)) await Promise.race([once(copy, 'drain').catch(() => undefined), failed, lost]);
    }
  } catch (error) {
    // The file, not the server: end the command, and wait for the server to be ready again.
    if (failure === undefined && !session.closed) {
      copy.destroy(error instanceof Error ? error : new Error(String(error)));
      await Promise.race([failed, lost]);
    }
    session.client.off('end', onEnd);
    throw error;
  }
  if (failure === undefined) {
    copy.end();
    await Promise.race([finished, failed, lost]);
  }
  session.client.off('end', onEnd);
  if (failure !== undefined) throw translated(session, failure, sql);
  return copy.rowCount;
}
