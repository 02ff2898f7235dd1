import { ageText } from '../../core/activity.ts';
import type { Holder } from '../../core/activity.ts';

/** `1 migration`, `2 migrations`; the plural is given where an s does not make it. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(count)} ${Math.round(count) === 1 ? noun : plural}`;
}

/** `18,204`. */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `12 ms`, `0.9 s`, `3 min 20 s`, `2 h 5 min`. */
export function took(milliseconds: number): string {
  const whole = Math.max(1, Math.round(milliseconds));
  if (whole < 1_000) return `${whole} ms`;
  if (whole < 59_950) return `${(whole / 1_000).toFixed(1)} s`;
  const seconds = Math.round(whole / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** The longest a foreign statement is shown. */
const LONGEST_QUERY = 60;

/** `pid 4711 · metabase · app · 10.0.0.7 · idle in transaction 6 min · SELECT …`. */
export function holderText(holder: Holder): string {
  const state = [holder.state, holder.age === undefined ? undefined : ageText(holder.age)]
    .filter((part) => part !== undefined)
    .join(' ');
  const query = holder.query?.replace(/\s+/g, ' ').trim();
  return [
    `pid ${holder.pid}`,
    holder.application,
    holder.user,
    holder.host,
    state,
    holder.holds,
    query === undefined ? undefined : cut(query, LONGEST_QUERY),
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
}

/** What several holders hold: `courses` of `AccessShareLock on courses`; undefined when none of them says. */
export function heldObjects(holders: readonly Holder[]): string | undefined {
  const names = holders.flatMap(({ holds }) =>
    [...(holds ?? '').matchAll(/ on ([^,]+)/g)].map(([, name = '']) => name),
  );
  return names.length === 0 ? undefined : [...new Set(names)].join(', ');
}

/** At most so many characters, the last one an ellipsis where some were left out. */
export function cut(text: string, longest: number): string {
  const characters = Array.from(text);
  return characters.length <= longest ? text : `${characters.slice(0, longest - 1).join('')}…`;
}

/** `2026-11-18 21:04`, in UTC. */
export function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
