import * as fc from 'fast-check';
import { isRight, right } from 'fp-ts/Either';
import { parseVersionRef, showSourceRef, SourceRef, Version, VersionNumber, VersionRef } from '../../../src/domain/values/versions';
import { AliasName, PlainName } from '../../../src/domain/values/names';

const wrong = expect.objectContaining({ _tag: 'Left' });
const plain = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);

describe('N8: versions', () => {
  it('any number that a double holds exactly is shown and read back', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (number) => {
        expect(Version.encode(number)).toBe(`v${number}`);
        expect(Version.decode(Version.encode(number))).toEqual(right(number));
        expect(VersionNumber.decode(VersionNumber.encode(number))).toEqual(right(number));
      }),
    );
    expect(Version.decode('v9007199254740991')).toEqual(right(Number.MAX_SAFE_INTEGER));
  });

  it.each(['v9007199254740992', 'v99999999999999999999999', 'v03', 'v00', 'v-1', 'v+1', 'V3', 'v', '3', 'v3 ', ' v3', 'v3\n', 'v1.0', 'v1e3', 'v0x1', 'v١', 3, null])(
    '%p is none', (value) => expect(Version.decode(value)).toEqual(wrong),
  );

  it.each([-1, 0.5, Number.MAX_SAFE_INTEGER + 1, NaN, Infinity, '3', null, true])('%p is no number of one', (value) => {
    expect(VersionNumber.decode(value)).toEqual(wrong);
    expect(Version.is(value)).toBe(false);
  });
});

describe('N7: a version or an alias', () => {
  it.each(['v0', 'v7'])('%s is a version', (text) => {
    expect(VersionRef.decode(text)).toEqual(right({ type: 'Version', version: Number(text.slice(1)) }));
  });

  it.each(['v03', 'v9007199254740992', `v${'0'.repeat(100)}`])('%s is neither', (text) => expect(VersionRef.decode(text)).toEqual(wrong));

  it.each(['latest', 'V3', 'v3a', 'v'])('%s is an alias', (alias) => {
    expect(VersionRef.decode(alias)).toEqual(right({ type: 'Alias', alias }));
  });

  it('whatever is read is shown again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 5 }), fc.maxSafeNat().map((number) => `v${number}`)), (text) => {
        const read = parseVersionRef(text);
        if (isRight(read)) expect(VersionRef.encode(read.right)).toBe(text);
        else expect(AliasName.is(text) && !/^v[0-9]+$/.test(text)).toBe(false);
      }),
      { numRuns: 1000 },
    );
    expect([VersionRef.is('v3'), VersionRef.is(null), VersionRef.is({ type: 'Alias', alias: 'a' })]).toEqual([false, false, true]);
  });
});

describe('source artifact versions', () => {
  const ref = fc.oneof(fc.maxSafeNat().map((version) => `v${version}`), fc.constantFrom('latest', 'best', 'é'));

  it('are shown and read back', () => {
    fc.assert(
      fc.property(plain, plain, plain, ref, (entity, project, artifact, of) => {
        const name = `${entity}/${project}/${artifact}:${of}`;
        const decoded = SourceRef.decode(name);
        expect(isRight(decoded) && SourceRef.encode(decoded.right)).toBe(name);
        expect(isRight(decoded) && decoded.right).toMatchObject({ entity, project, artifact });
        expect(isRight(decoded) && [SourceRef.is(decoded.right), SourceRef.is(name)]).toEqual([true, false]);
      }),
    );
    expect([PlainName.is('a'), showSourceRef({ entity: 'a', project: 'b', artifact: 'c', ref: { type: 'Version', version: 0 } })]).toEqual(
      [true, 'a/b/c:v0'],
    );
  });

  it.each([
    ['team/project/artifact', 'lacks its version'],
    ['team/project:v7', 'must be "team/project/artifact:v7"'],
    ['team/project/artifact/more:v7', 'must be "team/project/artifact:v7"'],
    ['team//artifact:v7', 'must be "team/project/artifact:v7"'],
    ['team/pro ject/artifact:v7', 'must be "team/project/artifact:v7"'],
    ['team/project/artifact:v07', 'after the colon: must be a version'],
    ['team/project/artifact:', 'after the colon: must be a version'],
    ['team/project/artifact:a:b', 'after the colon: must be a version'],
    [7, 'must be "team/project/artifact:v7"'],
    ['x'.repeat(701), 'must be "team/project/artifact:v7"'],
  ])('%p %s', (name, message) => {
    expect(SourceRef.decode(name)).toMatchObject({ left: [{ message: expect.stringContaining(message) }] });
  });

  it('with the longest of names are not too long', () => {
    const [long, alias] = ['x'.repeat(128), '\u{1f418}'.repeat(128)];
    expect(isRight(SourceRef.decode(`${long}/${long}/${long}:${alias}`))).toBe(true);
  });
});
