import * as fc from 'fast-check';
import { left, right } from 'fp-ts/Either';
import { Instant, instantOf, millisecondsOf, parseInstant, QueryInstant } from '../../../src/domain/values/instants';

const FIRST = Date.parse('0000-01-01T00:00:00.000Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const refused = left('must be an RFC 3339 instant such as 2026-01-31T09:00:00.000Z, at most milliseconds');

const two = (number: number): string => String(number).padStart(2, '0');

describe('T1: RFC 3339 with any offset, at most milliseconds', () => {
  it('any instant, written with any offset and as many digits as it needs, is the same instant in UTC', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: FIRST, max: LAST }), fc.integer({ min: -(23 * 60 + 59), max: 23 * 60 + 59 }), fc.constantFrom('T', 't'),
        fc.constantFrom(1, 10, 100, 1000),
        (any, offset, letter, step) => {
          const milliseconds = Math.floor(any / step) * step;
          const local = milliseconds + offset * 60_000;
          if (local < FIRST || local > LAST || milliseconds < FIRST) return;
          const [date = '', time = ''] = new Date(local).toISOString().slice(0, -1).split('T');
          const digits = { 1: 3, 10: 2, 100: 1, 1000: 0 }[step] ?? 3;
          const shown = digits === 0 ? time.slice(0, 8) : time.slice(0, 9 + digits);
          const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
          expect(parseInstant(`${date}${letter}${shown}${zone}`)).toEqual(right(new Date(milliseconds).toISOString()));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('what it gives it takes, and it sorts as time does', () => {
    const milliseconds = fc.integer({ min: FIRST, max: LAST });
    fc.assert(
      fc.property(milliseconds, milliseconds, (a, b) => {
        const [one, other] = [instantOf(a), instantOf(b)];
        expect(Instant.decode(Instant.encode(one))).toEqual(right(one));
        expect(millisecondsOf(one)).toBe(a);
        expect(one < other).toBe(a < b);
      }),
    );
  });

  it.each([
    ['2026-01-31T09:00:00Z', '2026-01-31T09:00:00.000Z'],
    ['2026-01-31t09:00:00.5z', '2026-01-31T09:00:00.500Z'],
    ['2026-01-31T09:00:00.05+01:00', '2026-01-31T08:00:00.050Z'],
    ['2026-03-01T00:00:00+05:45', '2026-02-28T18:15:00.000Z'],
    ['2024-02-29T00:00:00-00:00', '2024-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is %s', (written, instant) => {
    expect(parseInstant(written)).toEqual(right(instant));
    expect(Instant.is(written)).toBe(true);
  });

  it.each([
    '', '1', '2026', '2026-01-31', '2026-01-31T09:00Z', '2026-01-31T09:00:00', '2026-01-31 09:00:00Z', '2026-01-31T09:00:00.Z',
    '2026-01-31T09:00:00.0000Z', '2026-01-31T09:00:00,5Z', '2026-00-31T09:00:00Z', '2026-13-01T09:00:00Z', '2026-01-00T09:00:00Z',
    '2026-02-29T09:00:00Z', '2100-02-29T09:00:00Z', '2026-04-31T09:00:00Z', '2026-01-31T24:00:00Z', '2026-01-31T09:60:00Z',
    '2026-01-31T09:00:60Z', '2026-01-31T09:00:00+24:00', '2026-01-31T09:00:00+01:60', '2026-01-31T09:00:00+0100',
    '2026-01-31T09:00:00+1:00', ' 2026-01-31T09:00:00Z', '2026-01-31T09:00:00Z ', '2026-01-31T09:00:00Z\n', '+002026-01-31T09:00:00Z',
    '12026-01-31T09:00:00Z', '0000-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '٢٠٢٦-01-31T09:00:00Z',
    'Sat, 31 Jan 2026 09:00:00 GMT', null, 7, undefined, {}, new Date(0),
  ])('%p is not one', (written) => {
    expect(parseInstant(written)).toEqual(refused);
  });

  it('in a query, the space that form decoding has made of the plus of an offset is one', () => {
    expect(QueryInstant.decode('2026-01-31T09:00:00 01:00')).toEqual(right('2026-01-31T08:00:00.000Z'));
    expect(QueryInstant.decode('2026-01-31T09:00:00.5+01:00')).toEqual(right('2026-01-31T08:00:00.500Z'));
    for (const wrong of ['2026-01-31 09:00:00Z', '2026-01-31T09:00:00 Z', '2026-01-31 09:00:00 01:00', 7])
      expect(QueryInstant.decode(wrong)).toMatchObject({ _tag: 'Left' });
    expect(parseInstant('2026-01-31T09:00:00 01:00')).toEqual(refused);
  });
});
