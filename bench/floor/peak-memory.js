// Preloaded into a process: writes its peak resident memory, in KiB, to the file that BENCH_MEMORY_FILE names.
import { writeFileSync } from 'node:fs';

process.on('exit', () => {
  writeFileSync(process.env.BENCH_MEMORY_FILE, String(process.resourceUsage().maxRSS));
});
