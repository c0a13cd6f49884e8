import * as fc from 'fast-check';
import { isRight, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { exactly, listOf, oneOf, orNull } from '../../../src/domain/values/described';
import { Version } from '../../../src/domain/values/versions';

const faults = (decoded: t.Validation<unknown>) =>
  isRight(decoded) ? [] : decoded.left.map(({ context, message }) => [context.map(({ key }) => key).join('.'), message]);

describe('exactly: an object with these members and no others', () => {
  const codec = exactly({ version: Version }, { reason: t.string, expected: orNull(Version) });

  it('gives back what it took', () => {
    const given = fc.record({ version: fc.maxSafeNat(), reason: fc.string(), expected: fc.option(fc.maxSafeNat()) }, { requiredKeys: ['version'] });
    fc.assert(fc.property(given, (value) => {
      expect(codec.is(value)).toBe(true);
      expect(codec.decode(codec.encode(value))).toEqual(right(value));
    }));
  });

  it('names every fault at once: missing, wrong, unknown', () => {
    expect(faults(codec.decode({ reason: 7, colour: 'red', __proto__: null }))).toEqual(
      expect.arrayContaining([
        ['.colour', 'is not known here; leave it out'],
        ['.version', 'is missing'],
        ['.reason', undefined],
      ]),
    );
  });

  it('refuses unknown members whatever they are called', () => {
    fc.assert(fc.property(fc.string(), (name) => {
      if (['version', 'reason', 'expected'].includes(name)) return;
      const value = Object.fromEntries([['version', 'v1'], [name, 1]]);
      expect(faults(codec.decode(value))).toEqual([[`.${name}`, 'is not known here; leave it out']]);
      expect(codec.is({ ...value, version: 1 })).toBe(false);
    }));
    expect(faults(codec.decode(JSON.parse('{"version":"v1","__proto__":{"a":1}}')))).toHaveLength(1);
    expect(faults(exactly({ toString: t.string }).decode({}))).toEqual([['.toString', 'is missing']]);
  });

  it.each([null, undefined, [], 'x', 7])('%p is no object', (value) => {
    expect(faults(codec.decode(value))).toEqual([['', 'must be an object']]);
  });

  it('null is a value, and absent is not null', () => {
    expect(codec.decode({ version: 'v1', expected: null })).toEqual(right({ version: 1, expected: null }));
    expect(codec.decode({ version: 'v1', expected: undefined })).toEqual(right({ version: 1 }));
    expect(faults(codec.decode({ version: 'v1', reason: null }))).toHaveLength(1);
    expect(faults(codec.decode({ version: null }))).toHaveLength(1);
  });
});

describe('lists', () => {
  const codec = listOf(Version, { min: 1, max: 3, unique: true });

  it('have a limit at either end, and a thing that is named twice counts once', () => {
    expect(codec.decode(['v1', 'v0', 'v1'])).toEqual(right([1, 0]));
    expect(faults(codec.decode([]))).toEqual([['', 'must have at least 1 items']]);
    expect(faults(codec.decode(['v1', 'v2', 'v3', 'v4']))).toEqual([['', 'must have at most 3 items']]);
    expect(codec.decode(['v1', 'v2', 'v3', 'v1'])).toEqual(right([1, 2, 3]));
    expect(faults(codec.decode(['v1', 'v1', 'x', 'x', 'x']))).toHaveLength(1);
    expect(faults(codec.decode(['v1', 'v1', 'x'])).map(([path]) => path)).toEqual(['.2']);
    expect(faults(codec.decode('v1'))).toEqual([['', 'must be a list']]);
    expect(faults(codec.decode(['v1', 'x', 'y'])).map(([path]) => path)).toEqual(['.1', '.2']);
    expect(codec.encode([1, 2])).toEqual(['v1', 'v2']);
    expect([codec.is([1]), codec.is(['v1'])]).toEqual([true, false]);
    expect(listOf(Version, { max: 3 }).decode(['v1', 'v1'])).toEqual(right([1, 1]));
  });
});

describe('one of a few words', () => {
  it('and no other', () => {
    const codec = oneOf('Colour', ['red', 'green']);
    expect(codec.decode('red')).toEqual(right('red'));
    expect(faults(codec.decode('blue'))).toEqual([['', 'must be one of red, green']]);
    expect(faults(codec.decode(['red']))).toHaveLength(1);
  });
});
