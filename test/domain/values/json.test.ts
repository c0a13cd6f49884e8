import * as fc from 'fast-check';
import { isRight, right } from 'fp-ts/Either';
import { Metadata, Metrics, Size } from '../../../src/domain/values/json';

const members = (count: number, value: unknown = 1): Record<string, unknown> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`m-${index}`, value]));
const wrong = (message: string) => expect.objectContaining({ left: [expect.objectContaining({ message })] });
const KIB = 1024;

describe('S2: metadata', () => {
  it('any JSON object of at most 256 KiB in UTF-8 and 100 members is kept as it is', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()), (value) => {
        expect(Metadata.decode(value)).toEqual(right(value));
        expect(Metadata.encode(value as never)).toBe(value);
      }),
    );
  });

  it.each(['x', 'é', '€', '\u{1f418}', '"', '\n', '\u0001'])('the bytes of %j are counted as they are stored', (character) => {
    const bytes = Buffer.byteLength(JSON.stringify(character)) - 2;
    const room = 256 * KIB - Buffer.byteLength('{"a":""}');
    const most = Math.floor(room / bytes);
    expect(isRight(Metadata.decode({ a: character.repeat(most) }))).toBe(true);
    expect(Metadata.decode({ a: character.repeat(most + 1) })).toEqual(wrong('must be at most 256 KiB as JSON'));
  });

  it('has at most 100 members, and as many as it likes below', () => {
    expect(isRight(Metadata.decode(members(100)))).toBe(true);
    expect(Metadata.decode(members(101))).toEqual(wrong('must have at most 100 members'));
    expect(isRight(Metadata.decode({ all: members(1000) }))).toBe(true);
  });

  it.each([null, [], 'x', 7, true, undefined])('%p is no object', (value) => {
    expect(Metadata.decode(value)).toEqual(wrong('must be a JSON object'));
  });
});

describe('S2: metrics', () => {
  it('are finite numbers by name, kept as they are', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.dictionary(name, fc.double({ noNaN: true, noDefaultInfinity: true })), (value) => {
        expect(Metrics.decode(value)).toEqual(right(value));
      }),
    );
  });

  it('are at most 1,000', () => {
    expect(isRight(Metrics.decode(members(1000)))).toBe(true);
    expect(Metrics.decode(members(1001))).toEqual(wrong('must have at most 1000 metrics'));
  });

  it('are at most 512 KiB, so that they fit into one append with all else', () => {
    const long = (length: number) =>
      Object.fromEntries(Array.from({ length: 1000 }, (_, index) => ['€'.repeat(length) + String(index).padStart(3, '0'), 1]));
    const most = Math.floor((512 * KIB - 2 + 1) / 1000 / 3 - 8 / 3);
    expect(isRight(Metrics.decode(long(most)))).toBe(true);
    expect(Metrics.decode(long(most + 1))).toEqual(wrong('must be at most 512 KiB as JSON'));
  });

  it.each([NaN, Infinity, -Infinity, '1', null, true, [1], {}])('%p is no number', (value) => {
    expect(Metrics.decode({ accuracy: value })).toEqual(wrong('must have a finite number at "accuracy"'));
  });

  it('have names of 1 to 256 characters', () => {
    expect(isRight(Metrics.decode({ ['\u{1f418}'.repeat(256)]: 1 }))).toBe(true);
    for (const name of ['', 'x'.repeat(257), 'a\0b', '\ud83d'])
      expect(Metrics.decode({ [name]: 1 })).toEqual(wrong('must have names of 1 to 256 characters'));
  });

  it.each([null, [], 'x', 7])('%p is no object', (value) => {
    expect(Metrics.decode(value)).toEqual(wrong('must be an object of numbers by name'));
  });
});

describe('S2: sizes', () => {
  it.each([0, 1, Number.MAX_SAFE_INTEGER])('%p', (size) => expect(Size.decode(size)).toEqual(right(size)));

  it.each([-1, 0.5, Number.MAX_SAFE_INTEGER + 1, NaN, Infinity, '1', null])('%p is none', (size) => {
    expect(Size.decode(size)).toEqual(wrong('must be a whole number of bytes from 0'));
  });
});
