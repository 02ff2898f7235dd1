import type { Holder } from '../core/activity.ts';
import type { Target } from '../core/target.ts';

/** `1 migration`, `2 migrations`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `18,204`. */
export function grouped(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** `12 ms`, `0.9 s`, `3 min 20 s`. */
export function took(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.max(1, Math.round(milliseconds))} ms`;
  if (milliseconds < 60_000) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** An age, coarse: `12 s`, `6 min`, `3 h`. */
export function age(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}

/** `pid 4711 · metabase · idle in transaction 6 min · SELECT …`. */
export function holderText(holder: Holder): string {
  const state = [holder.state, holder.age === undefined ? undefined : age(holder.age)]
    .filter((part) => part !== undefined)
    .join(' ');
  return [
    `pid ${holder.pid}`,
    holder.application,
    holder.user,
    holder.host,
    state,
    holder.holds,
    holder.query,
  ]
    .filter((part) => part !== undefined && part !== '')
    .join(' · ');
}

/** `lms · app@db.example.com:5432/lms (PostgreSQL 16.4) · production`: the first line of every command that connects. */
export function targetLine(target: Target): string {
  const version = target.serverVersion === undefined ? '' : `PostgreSQL ${target.serverVersion}`;
  const where =
    target.backend === 'embedded'
      ? `embedded ${version} · ${target.database}`
      : `${target.database}${version === '' ? '' : ` (${version})`}`;
  return `${target.project} · ${where.replace('  ', ' ')} · ${target.environment}`;
}

/** `2026-11-18 21:04`, in UTC. */
export function minute(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}
