import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Runs the command line and gives back the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  const packageRoot = findPackageRoot();
  const toolVersion = versionOf(packageRoot);
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    process.stdout.write(`${toolVersion}\n`);
    return 0;
  }
  const { runLine } = await import('./run-line.ts');
  return runLine(argv, { packageRoot, toolVersion });
}

/** The folder with package.json above this file, whether it runs from src/ or from dist/. */
function findPackageRoot(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  return join(here, here.endsWith('dist') ? '..' : '../..');
}

function versionOf(packageRoot: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  if (typeof manifest === 'object' && manifest !== null && 'version' in manifest)
    return String(manifest.version);
  throw new Error('package.json of lms-db has no version');
}
