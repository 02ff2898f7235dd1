import { numberOf } from './numbers.ts';
import type { FillPlace } from './numbers.ts';
import { distinct } from './hints.ts';
import type { FillHints } from './hints.ts';

const DAY = 86_400_000;

/** A day of 2021 to 2023, another one for each row. */
function baseDay(place: FillPlace): Date {
  return new Date(Date.UTC(2021, 0, 1) + (numberOf(place, 900) + 11 * place.row) * DAY);
}

function dayText(day: Date): string {
  return day.toISOString().slice(0, 10);
}

/** Days: an ordinary one, ones before and behind it, the ones that conditions speak of and their neighbours. */
export function dates(place: FillPlace, hints: FillHints): readonly string[] {
  const base = baseDay(place);
  const shifted = [0, 3, 400, -400, 4000, -4000, -14_000, 28_000].map((days) =>
    dayText(new Date(base.getTime() + days * DAY)),
  );
  const hinted = hints.texts.flatMap((text) => {
    const written = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
    const time = written === undefined ? Number.NaN : Date.parse(`${written}T00:00:00Z`);
    return Number.isNaN(time)
      ? []
      : [0, place.row, -place.row].map((days) => dayText(new Date(time + days * DAY)));
  });
  return distinct([...shifted, ...hinted]);
}

/** Times of day with all digits that PostgreSQL keeps. */
export function times(place: FillPlace, hints: FillHints): readonly string[] {
  const hour = 1 + numberOf(place, 20);
  const at = (number: number): string =>
    `${String(number).padStart(2, '0')}:0${String(place.row % 10)}:09.123456`;
  const hinted = hints.texts.filter((text) => /^\d{2}:\d{2}/.test(text));
  return distinct([at(hour), at(hour + 1), at(0), at(23), ...hinted.flatMap((text) => [text, '12:00:00'])]);
}

/** Moments: days with a time, and the constants of conditions themselves. */
export function timestamps(place: FillPlace, hints: FillHints, zone: '' | '+00'): readonly string[] {
  const [time = '00:00:00'] = times(place, hints);
  const hinted = hints.texts.filter((text) => /^\d{4}-\d{2}-\d{2}/.test(text));
  const midnight = dates(place, hints).slice(0, 2);
  return distinct([
    ...dates(place, hints).map((day) => `${day} ${time}${zone}`),
    ...hinted,
    ...midnight.map((day) => `${day} 00:00:00${zone}`),
  ]);
}

/** Spans of time; those that conditions speak of last. */
export function intervals(place: FillPlace, hints: FillHints): readonly string[] {
  const { row } = place;
  const days = 1 + numberOf(place, 20);
  const hinted = hints.texts.filter((text) => /\d/.test(text) && /day|hour|min|sec|mon|year|:/.test(text));
  return distinct([
    `${String(days)} days 0${String(row % 10)}:05:06.5`,
    `${String(row)} hours`,
    `${String(row)} years 2 mons`,
    `${String(row)} minutes`,
    `${String(row)} seconds`,
    '0',
    ...hinted,
  ]);
}
