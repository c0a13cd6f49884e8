import { useEffect, useState } from 'react';

const UNITS: ReadonlyArray<readonly [Intl.RelativeTimeFormatUnit, number]> = [
  ['year', 31_557_600_000],
  ['month', 2_629_800_000],
  ['week', 604_800_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' });
const local = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const zone = new Intl.DateTimeFormat('en-GB', { timeZoneName: 'short' });
const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit' });

export const ago = (instant: string, now = Date.now()): string => {
  const difference = Date.parse(instant) - now;
  const unit = UNITS.find(([, size]) => Math.abs(difference) >= size);
  if (unit === undefined) return 'just now';
  return relative.format(Math.round(difference / unit[1]), unit[0]);
};

const zoneName = () => zone.formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value ?? '';

const utc = (instant: string) => `${new Date(instant).toISOString().replace('T', ' ').replace('Z', '')} UTC`;

/** In one's own zone, with UTC beside it. */
export const exactly = (instant: string): string => `${local.format(new Date(instant))} ${zoneName()} · ${utc(instant)}`;

export const shortly = (instant: string): string => short.format(new Date(instant));

const TICK = 30_000;
let tick = 0;
const tellers = new Set<(tick: number) => void>();
setInterval(() => {
  tick += 1;
  for (const tell of tellers) tell(tick);
}, TICK);

/** How long ago, with the exact instant on hover. */
export const When = ({ at, exact = false }: { at: string; exact?: boolean }) => {
  const [, setTick] = useState(tick);
  useEffect(() => {
    tellers.add(setTick);
    return () => void tellers.delete(setTick);
  }, []);
  return (
    <time dateTime={at} title={exactly(at)} style={{ whiteSpace: 'nowrap' }}>
      {exact ? shortly(at) : ago(at)}
    </time>
  );
};

/** What `<input type="datetime-local">` shows for an instant. */
export const toLocalInput = (instant: string): string => {
  const date = new Date(instant);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
};

/** The instant that such an input means, or undefined. */
export const fromLocalInput = (text: string): string | undefined => {
  const milliseconds = Date.parse(text);
  return Number.isNaN(milliseconds) ? undefined : new Date(milliseconds).toISOString();
};
