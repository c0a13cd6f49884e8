/** Instants: RFC 3339 with any offset, at most milliseconds; inside always UTC with milliseconds, as text. */
import { Either, left, right } from 'fp-ts/Either';
import { Described, described } from './described';

/** `2026-01-31T09:00:00.000Z`: UTC, milliseconds. Sorts as text. */
export type Instant = string;

const RFC3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,3}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

/** An instant from milliseconds since 1970. */
export const instantOf = (milliseconds: number): Instant => new Date(milliseconds).toISOString();

/** Milliseconds since 1970. */
export const millisecondsOf = (instant: Instant): number => Date.parse(instant);

export const parseInstant = (value: unknown): Either<string, Instant> => {
  const wrong = left('must be an RFC 3339 instant such as 2026-01-31T09:00:00.000Z, at most milliseconds');
  if (typeof value !== 'string' || value.length > 35) return wrong;
  const parts = RFC3339.exec(value);
  if (!parts) return wrong;
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [
    number, number, number, number, number, number,
  ];
  const [offsetHour, offsetMinute] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 23 || offsetMinute > 59) return wrong;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return wrong;
  date.setUTCHours(hour, minute, second, Number((parts[7] ?? '0').padEnd(3, '0')));
  const offset = (offsetHour * 60 + offsetMinute) * 60_000 * (parts[8] === '-' ? -1 : 1);
  const shown = instantOf(date.getTime() - offset);
  return shown.length === 24 ? right(shown) : wrong;
};

export const Instant: Described<Instant> = described(
  'Instant',
  { type: 'string', format: 'date-time', examples: ['2026-01-31T09:00:00.000Z'] },
  parseInstant,
  (value) => value,
);

/** An instant in a query or a full name, where form decoding has made a space of the `+` of an offset. */
export const QueryInstant: Described<Instant> = described(
  'QueryInstant',
  Instant.schema,
  (value) => parseInstant(typeof value === 'string' ? value.replace(/ (?=\d{2}:\d{2}$)/, '+') : value),
  (value) => value,
);
