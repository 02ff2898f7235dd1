// A process of its own that uses an embedded server: bundled and started by embedded.ts beside this file.
// It opens what its argument says, tells the result, and stays until it is told to release, or killed.
import { LmsDbError } from '../../src/core/errors.ts';
import { openEmbedded } from '../../src/backends/embedded/embedded.ts';
import type { EmbeddedOptions } from '../../src/backends/embedded/embedded.ts';

const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`);

try {
  const server = await openEmbedded(JSON.parse(process.argv[2] ?? '') as EmbeddedOptions);
  say({ opened: { parameters: server.parameters, version: server.version, relocated: server.relocated } });
  void server.lost.then(() => say({ lost: true }));
  process.stdin.setEncoding('utf8').on('data', () => {
    void server.release().then(() => {
      say({ released: true });
      // Nothing of ours may keep the process from ending.
      process.stdin.destroy();
    });
  });
} catch (error) {
  say({ failed: error instanceof LmsDbError ? `${error.message}\n${error.hint ?? ''}` : String(error) });
  process.exitCode = 1;
}
