import type { Event } from '../core/event.ts';
import { counted, grouped } from '../reporters/pretty/words.ts';

const WIDTH = 20;

/** `seed reference/020-items.csv   ███████████████░░░░░  74 %   742,118 rows   512,000/s   1 s left`. */
export function seedProgressText(event: Extract<Event, { type: 'seed-progress' }>): string {
  const { name, bytes, size, rows, elapsed } = event;
  const share = size === 0 ? 1 : Math.min(1, bytes / size);
  const full = Math.floor(share * WIDTH);
  const bar = '█'.repeat(full) + '░'.repeat(WIDTH - full);
  const rate = elapsed === 0 ? 0 : (rows * 1000) / elapsed;
  const parts = [`seed ${name}`, `${bar}  ${Math.floor(share * 100)} %`, counted(rows, 'row')];
  if (share >= 1) return [...parts, 'into the table'].join('   ');
  const left = share === 0 ? undefined : Math.ceil((elapsed / share - elapsed) / 1000);
  return [...parts, `${grouped(rate)}/s`, ...(left === undefined ? [] : [`${leftText(left)} left`])].join(
    '   ',
  );
}

function leftText(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
