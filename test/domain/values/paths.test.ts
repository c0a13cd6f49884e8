import * as fc from 'fast-check';
import { isRight, right } from 'fp-ts/Either';
import { instantOf } from '../../../src/domain/values/instants';
import { CollectionName, RegistryName } from '../../../src/domain/values/names';
import { FullName, parseFullName, parseTargetPath, showFullName, showPath, TargetPath } from '../../../src/domain/values/paths';

const named = (codec: { is: (text: unknown) => boolean }, without: string) =>
  fc
    .string({ unit: fc.constantFrom(...'ab.-_ é'.split(''), '\u{1f418}', ...without.split('')), minLength: 1, maxLength: 6 })
    .filter((text) => codec.is(text));

const path = fc.record(
  { organization: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}$/), registry: named(RegistryName, '@'), collection: named(CollectionName, '?#%\\') },
  { requiredKeys: ['registry', 'collection'] },
);
const ref = fc.oneof(
  fc.maxSafeNat().map((version) => ({ type: 'Version' as const, version })),
  fc.constantFrom('latest', 'pro d', '\u{1f418}', 'v1x').map((alias) => ({ type: 'Alias' as const, alias })),
);
const at = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(instantOf);

describe('target paths', () => {
  it('are shown with the prefix and read back, with or without it', () => {
    fc.assert(
      fc.property(path, (target) => {
        expect(TargetPath.decode(TargetPath.encode(target))).toEqual(right(target));
        const { organization, registry, collection } = target;
        const short = `${organization === undefined ? '' : `${organization}/`}${registry}/${collection}`;
        expect(parseTargetPath(short)).toEqual(right(target));
        expect(TargetPath.is(target)).toBe(true);
      }),
    );
    expect(showPath('Golden Datasets', 'zoo')).toBe('wandb-registry-Golden Datasets/zoo');
    expect([TargetPath.is('a/b'), TargetPath.is(null)]).toEqual([false, false]);
  });

  it.each([
    ['zoo', 'lacks the collection'],
    ['', 'lacks the collection'],
    ['a/b/c/d', 'has too many parts'],
    ['my org/model/zoo', 'the organization in front is not a name'],
    ['/model/zoo', 'the organization in front is not a name'],
    ['/zoo', "the registry's name must not be empty"],
    ['mo:del/zoo', "the registry's name must have none of"],
    ['wandb-registry-wandb-registry-model/zoo', "the registry's name must not begin with"],
    ['wandb-registry-/zoo', "the registry's name must not be empty"],
    ['model/', "the collection's name must not be empty"],
    ['model/z@o', "the collection's name must have none of"],
    [7, 'must be'],
    ['x'.repeat(1001), 'must be'],
  ])('%p: %s', (written, message) => {
    expect(parseTargetPath(written)).toMatchObject({ left: expect.stringContaining(message) });
  });

  it('with the longest of names are not too long', () => {
    const [registry, collection] = ['\u{1f418}'.repeat(113), '\u{1f418}'.repeat(128)];
    const longest = `${'x'.repeat(128)}/${showPath(registry, collection)}`;
    expect(isRight(parseTargetPath(longest))).toBe(true);
    expect(isRight(parseFullName(`${longest}:${'\u{1f418}'.repeat(128)}@2026-01-31T09:00:00.000+01:00`))).toBe(true);
  });
});

describe('N7: full names', () => {
  it('are shown and read back, with organization and instant', () => {
    fc.assert(
      fc.property(path, ref, fc.option(at), (target, of, instant) => {
        const name = { ...target, ref: of, ...(instant === null ? {} : { at: instant }) };
        expect(FullName.decode(FullName.encode(name))).toEqual(right(name));
        expect(FullName.is(name)).toBe(true);
      }),
    );
    expect(showFullName('model', 'zoo', 3)).toBe('wandb-registry-model/zoo:v3');
    expect([FullName.is('a/b:c'), FullName.is(null)]).toEqual([false, false]);
  });

  it('are split at the first colon after the collection', () => {
    expect(parseFullName('model/zoo:latest@2026-01-31T09:00:00Z')).toEqual(
      right({ registry: 'model', collection: 'zoo', ref: { type: 'Alias', alias: 'latest' }, at: '2026-01-31T09:00:00.000Z' }),
    );
    expect(parseFullName('acme/wandb-registry-model/zoo:v3@2026-01-31T09:00:00+01:00')).toEqual(
      right({
        organization: 'acme', registry: 'model', collection: 'zoo', ref: { type: 'Version', version: 3 },
        at: '2026-01-31T08:00:00.000Z',
      }),
    );
  });

  it.each([
    ['model/zoo', 'lacks the alias or version'],
    ['zoo:latest', 'lacks the collection'],
    ['model/:latest', "the collection's name must not be empty"],
    ['mo#del/zoo:latest', "the registry's name must have none of"],
    ['model/zoo:', 'the alias or version must be'],
    ['model/zoo:v03', 'the alias or version must be'],
    ['model/zoo:a:b', 'the alias or version must be'],
    ['model/zoo:v9007199254740992', 'the alias or version must be at most v9007199254740991'],
    ['model/zoo:latest@', 'the instant after "@" must be an RFC 3339 instant'],
    ['model/zoo:latest@yesterday', 'the instant after "@" must be an RFC 3339 instant'],
    ['model/zoo:latest@2026-01-31T09:00:00Z@', 'the instant after "@" must be an RFC 3339 instant'],
    [7, 'must be'],
    [`model/zoo:${'x'.repeat(1200)}`, 'must be'],
  ])('%p says which part is wrong: %s', (written, message) => {
    expect(parseFullName(written)).toMatchObject({ left: expect.stringContaining(message) });
  });
});
