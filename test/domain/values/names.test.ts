import * as fc from 'fast-check';
import { isRight } from 'fp-ts/Either';
import * as t from 'io-ts';
import {
  AliasName, ArtifactName, ArtifactType, byCodePoint, CollectionName, Description, Digest, isReservedAlias, Label, MetricName,
  PlainName, Reason, RegistryName, Run, Tag, Uri,
} from '../../../src/domain/values/names';
import { QueryInstant } from '../../../src/domain/values/instants';
import { FullName, TargetPath } from '../../../src/domain/values/paths';
import { Grantee, Principal } from '../../../src/domain/values/principals';
import { SourceRef, Version, VersionRef } from '../../../src/domain/values/versions';

const elephant = '\u{1f418}';
const length = (text: string): number => Array.from(text).length;
const control = (text: string): boolean =>
  Array.from(text).some((c) => c < ' ' || (c >= '\u007f' && c <= '\u009f'));
const spaced = (text: string): boolean => /^\s|\s$/.test(text);
const paired = (text: string): boolean => Array.from(text).every((c) => c < '\ud800' || c > '\udfff' || c.length === 2);
const between = (least: number, most: number, text: string): boolean => length(text) >= least && length(text) <= most;
const none = (characters: string, text: string): boolean => !Array.from(characters).some((c) => text.includes(c));
const free = (text: string, most: number, without: string): boolean =>
  between(1, most, text) && paired(text) && !control(text) && !spaced(text) && none(without, text) && !['.', '..'].includes(text);
const plain = (text: string): boolean => between(1, 128, text) && /^[A-Za-z0-9_]$/.test(text.charAt(0)) && /^[A-Za-z0-9_.-]*$/.test(text);
const three = (text: string): boolean => text.split('/').length === 3 && text.split('/').every(plain);
const described = (least: number, most: number) => (text: string): boolean =>
  between(least, most, text) && paired(text) && !text.includes('\0');

/** Each codec, with what `domain.md` says it takes, written a second time. */
const rules: ReadonlyArray<readonly [rule: string, codec: t.Type<string, string, unknown>, takes: (text: string) => boolean]> = [
  ['N1', RegistryName, (text) => free(text, 113, '/\\#?%:') && !text.startsWith('wandb-registry-')],
  ['N2', CollectionName, (text) => free(text, 128, '/:@')],
  ['N3', AliasName, (text) => free(text, 128, '/:@')],
  [
    'N4', ArtifactType,
    (text) => between(1, 128, text) && /^[-A-Za-z0-9_. ]*$/.test(text) && !/^[. ]| $/.test(text),
  ],
  ['N5', Tag, (text) => between(1, 128, text) && /^[-A-Za-z0-9_ ]*$/.test(text) && !/^ | $/.test(text)],
  ['N6', PlainName, plain],
  ['S2', Run, three],
  ['N6', ArtifactName, three],
  ['S2', Description, described(0, 4096)],
  ['S2', Uri, described(0, 4096)],
  ['S2', Digest, described(1, 256)],
  ['S2', Label, described(0, 256)],
  ['S2', MetricName, described(1, 256)],
  ['A8', Reason, described(0, 1000)],
];

const likely = fc.string({
  unit: fc.constantFrom(
    ...'aZ09_-. /\\#?%:@'.split(''), '\0', '\t', '\n', '\u007f', '\u0085', '\u00a0', '\ufeff', '\u2028', 'é', elephant, '\ud83d', '\udc18',
    'wandb-registry-',
  ),
  maxLength: 8,
});

/** A text around a limit, in characters of one or two UTF-16 units, with a likely beginning. */
const long = fc
  .tuple(fc.constantFrom(113, 128, 256, 1000, 4096), fc.integer({ min: -1, max: 1 }), fc.constantFrom('a', elephant, 'é'), likely)
  .map(([limit, more, character, beginning]) => beginning + character.repeat(Math.max(0, limit + more - length(beginning))));

const pathLike = fc.array(fc.oneof(likely, fc.constantFrom('team', 'a'.repeat(128), 'a'.repeat(129))), { maxLength: 4 }).map((parts) => parts.join('/'));

describe.each(rules)('%s: %p', (_, codec, takes) => {
  it('takes what the rule takes, and nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(likely, long, pathLike, fc.string({ unit: 'binary' })), (text) => {
        expect(isRight(codec.decode(text))).toBe(takes(text));
        expect(codec.is(text)).toBe(takes(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back what it took: nothing is folded or normalised', () => {
    fc.assert(
      fc.property(fc.oneof(likely, long, pathLike), (text) => {
        const decoded = codec.decode(text);
        if (isRight(decoded)) expect(codec.encode(decoded.right)).toBe(text);
      }),
    );
  });

  it('takes nothing that is not a text, and says what is wrong with one word of its own', () => {
    for (const value of [undefined, null, 7, true, ['a'], { a: 'a' }]) {
      const decoded = codec.decode(value);
      expect(decoded).toMatchObject({ _tag: 'Left', left: [{ message: expect.stringMatching(/^must be /) }] });
    }
  });
});

describe('names of the seed', () => {
  it.each(['Golden Datasets', 'model', 'dataset', 'Modèles', 'a.b', '...', 'wandb-registry'])('N1: %s', (name) => {
    expect(RegistryName.is(name)).toBe(true);
  });

  it.each(['zoo_model', 'a?b#c%d\\e', 'é', elephant.repeat(128)])('N2: %s', (name) => {
    expect(CollectionName.is(name)).toBe(true);
  });

  it('N8: are sorted by code point, as their UTF-8 is', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\uffee', elephant, '\u{10ffff}'), maxLength: 5 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(byCodePoint(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    expect(['\u{1f418}', '\uffee', 'b', 'a', 'ab', ''].sort(byCodePoint)).toEqual(['', 'a', 'ab', 'b', '\uffee', '\u{1f418}']);
  });
});

describe('N3: reserved', () => {
  it.each(['latest', 'LATEST', 'LaTeSt', 'lateﬆ', 'lateſt', 'v0', 'V0', 'v007', 'v99999999999999999999999'])('%s', (alias) => {
    expect(isReservedAlias(alias)).toBe(true);
  });

  it.each(['later', 'latest-1', ' latest', 'v', 'v1a', 'version1', 'v1.0', 'vv1', 'v١', 'ｖ1', 'a\nv1'])('%j is not', (alias) => {
    expect(isReservedAlias(alias)).toBe(false);
  });
});

describe('N8: every text has a limit, and no pattern takes more than linear time', () => {
  const MANY = 500_000;
  const hard = ['a', '-', ' ', '.', 'a ', '- ', 'v', 'v0', '/', ':', '@', 'a/', 'user:', '0', elephant, '\ud83d'].map((part) =>
    part.repeat(Math.ceil(MANY / part.length)),
  );
  const codecs: ReadonlyArray<t.Mixed> = [
    ...rules.map(([, codec]) => codec), FullName, TargetPath, SourceRef, Version, VersionRef, QueryInstant, Principal, Grantee,
  ];

  it.each(codecs.map((codec) => [codec.name, codec] as const))('%s', (_, codec) => {
    const begun = performance.now();
    for (const text of hard)
      for (const tried of [text, `${text}!`, `v${text}`, `a:${text}`]) expect(isRight(codec.decode(tried))).toBe(false);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });

  it('within the limits, the hardest of texts takes no time', () => {
    const within = ['-', ' ', 'a ', '- ', '. ', '.'].flatMap((part) => {
      const text = part.repeat(128 / part.length);
      return [text, `${text.slice(0, -1)}!`, `a${text.slice(2)}!`];
    });
    const begun = performance.now();
    for (let round = 0; round < 100; round++)
      for (const text of within) for (const codec of codecs) codec.decode(text);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
