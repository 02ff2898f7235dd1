import { BackendError, UsageError } from '../../core/errors.ts';
import { EXIT } from '../../core/finding.ts';
import { withSession } from '../../operations/open.ts';
import type { CommandDefinition } from '../command.ts';
import { switchOption, textOption, wholeNumber } from '../options.ts';
import { withTarget } from '../with-target.ts';

export const command: CommandDefinition = {
  summary: 'open the embedded database to psql and applications',
  description:
    'Keeps the embedded PostgreSQL up and opens it on a port of this machine, until Ctrl-C. The password is in a file that only you can read; PGPASSFILE points psql to it.',
  options: [
    { flags: '--port <n>', description: 'the loopback port; 0 or nothing takes a free one' },
    { flags: '--show-password', description: 'print the URL with its password, for an application' },
  ],
  examples: [
    ['lms-db serve', 'a port for psql, until Ctrl-C'],
    ['lms-db serve --port 54329 --show-password', 'a fixed port, and a URL to paste'],
  ],
  run: (invocation) => {
    const asked = textOption(invocation.options, 'port');
    const port = asked === undefined ? undefined : portNumber(asked);
    return withTarget(invocation, async (context, { embedded, parameters, config }) => {
      if (embedded === undefined) {
        throw new UsageError('serve opens the embedded database; this one has a server of its own', {
          hint: 'connect to it directly, or say --embedded',
        });
      }
      const start = context.clock.elapsed();
      const { serveOnLoopback } = await import('../../backends/embedded/proxy.ts');
      const { writePgpass } = await import('../../backends/embedded/pgpass.ts');
      const target = await withSession(context, 'look', (opened) => Promise.resolve(opened.target));
      const proxy = await serveOnLoopback(parameters, { port: port ?? config.embedded.port ?? 0 });
      const passFile = writePgpass(embedded, proxy.port);
      const { user, database, password = '' } = parameters;
      const url = (secret: string): string =>
        `postgresql://${user}${secret}@127.0.0.1:${String(proxy.port)}/${database}`;
      invocation.notes([
        '',
        switchOption(invocation.options, 'showPassword')
          ? `  ${url(`:${encodeURIComponent(password)}`)}`
          : `  ${url('')}`,
        '',
        `  PGPASSFILE='${passFile}' psql ${url('')}`,
        '',
        '  serving until Ctrl-C',
      ]);
      try {
        await Promise.race([
          embedded.lost.then(() => {
            throw new BackendError('the embedded server went away', {
              hint: 'start it again with `lms-db serve`',
            });
          }),
          new Promise<void>((resolve) => {
            if (context.signal.aborted) resolve();
            context.signal.addEventListener('abort', () => resolve(), { once: true });
          }),
        ]);
      } finally {
        await proxy.close();
      }
      // Ctrl-C is how serve ends: not an interruption of something.
      return {
        target,
        outcomes: [],
        findings: [],
        exitCode: EXIT.done,
        duration: context.clock.elapsed() - start,
      };
    });
  },
};

function portNumber(text: string): number {
  const port = wholeNumber(text, '--port', 0);
  if (port <= 65_535) return port;
  throw new UsageError(`--port takes a number up to 65535, not "${text}"`);
}
