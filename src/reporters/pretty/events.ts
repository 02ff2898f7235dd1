import type { RecordedEvent } from '../../core/history.ts';
import type { Style } from '../../core/reporter.ts';
import { minute, took } from './words.ts';

/** A line for each event of the history. */
export function eventLines(events: readonly RecordedEvent[], style: Style): readonly string[] {
  if (events.length === 0) return ['  nothing has happened yet'];
  const cells = events.map((event) => ({
    event,
    what: [event.version, event.name].filter((part) => part !== undefined).join(' '),
  }));
  const width = cells.reduce((most, { what }) => Math.max(most, what.length), 0);
  const by = events.reduce((most, event) => Math.max(most, event.by.length), 0);
  return cells.map(({ event, what }) => {
    const duration = event.duration === undefined ? ' '.repeat(9) : took(event.duration).padStart(9);
    const state = event.sqlstate === undefined ? '' : ` (${event.sqlstate})`;
    const message = event.message === undefined ? '' : `   ${event.message.replace(/\s+/g, ' ')}${state}`;
    const facts = [
      minute(event.at.toISOString()),
      event.kind.padEnd(11),
      what.padEnd(width),
      event.by.padEnd(by),
    ];
    return `  ${markOf(event, style)} ${facts.join('   ')} ${duration}${message}`.trimEnd();
  });
}

function markOf(event: RecordedEvent, style: Style): string {
  switch (event.kind) {
    case 'failed':
    case 'interrupted':
      return style.bad('✗');
    case 'rolled-back':
      return '↓';
    case 'environment':
      return '·';
    default:
      return style.good('✓');
  }
}
