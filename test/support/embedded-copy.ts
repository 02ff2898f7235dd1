// COPY in both directions with nothing but pg: what passes through the proxy is the protocol itself.
import type pg from 'pg';

interface CopyConnection {
  query(sql: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Sends chunks by COPY FROM STDIN, or counts the bytes of COPY TO STDOUT. Resolves with the bytes received. */
export function copyThrough(client: pg.Client, sql: string, chunks: Iterable<Buffer> = []): Promise<number> {
  return new Promise((resolve, reject) => {
    let received = 0;
    let failure: Error | undefined;
    const query = {
      submit: (connection: unknown) => (connection as CopyConnection).query(sql),
      handleCopyInResponse(connection: CopyConnection) {
        for (const chunk of chunks) connection.sendCopyFromChunk(chunk);
        connection.endCopyFrom();
      },
      handleCopyData(message: { chunk: Buffer }) {
        received += message.chunk.length;
      },
      handleCommandComplete: () => undefined,
      handleError(error: Error) {
        failure = error;
        reject(error);
      },
      handleReadyForQuery() {
        if (failure === undefined) resolve(received);
      },
    };
    client.query(query as unknown as pg.Submittable);
  });
}
