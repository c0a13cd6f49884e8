/** The names of `domain.md`, N1 to N6, a codec each. Nothing is case-folded or normalised. */
import { Either, left, right } from 'fp-ts/Either';
import { Described, described } from './described';

type TextRule = {
  readonly min?: number;
  /** In code points. */
  readonly max: number;
  /** What else must hold, with the sentence that says so. */
  readonly refuse?: ReadonlyArray<readonly [refused: (text: string) => boolean, message: string]>;
  readonly pattern?: RegExp;
  readonly example?: string;
};

/** Length in code points: at least half of that in UTF-16 units, and at most all of it. */
const codePoints = (text: string): number => [...text].length;
const isLonger = (text: string, max: number): boolean =>
  text.length > max && (text.length > 2 * max || codePoints(text) > max);
const isShorter = (text: string, min: number): boolean =>
  text.length < 2 * min && (text.length < min || codePoints(text) < min);

const parseText =
  (rule: TextRule) =>
  (value: unknown): Either<string, string> => {
    if (typeof value !== 'string') return left('must be a string');
    if (isLonger(value, rule.max)) return left(`must have at most ${rule.max} characters`);
    if (isShorter(value, rule.min ?? 0))
      return left(rule.min === 1 ? 'must not be empty' : `must have at least ${rule.min} characters`);
    if (!value.isWellFormed()) return left('must be well-formed Unicode (it has an unpaired surrogate)');
    if (value.includes('\0')) return left('must not have a NUL character');
    for (const [refused, message] of rule.refuse ?? []) if (refused(value)) return left(message);
    if (rule.pattern && !rule.pattern.test(value)) return left(`must match ${rule.pattern.source}`);
    return right(value);
  };

/** Text with a limit, and what else is asked of it. */
export const text = (name: string, rule: TextRule): Described<string> =>
  described(
    name,
    {
      type: 'string',
      ...(rule.min === undefined ? {} : { minLength: rule.min }),
      maxLength: rule.max,
      ...(rule.pattern ? { pattern: rule.pattern.source } : {}),
      ...(rule.example ? { examples: [rule.example] } : {}),
    },
    parseText(rule),
    (value) => value,
  );

const control = [(s: string) => /\p{Cc}/u.test(s), 'must have no control characters'] as const;
const edges = [(s: string) => s !== s.trim(), 'must not begin or end with a space'] as const;
const dots = [(s: string) => s === '.' || s === '..', 'must not be "." or ".."'] as const;
const noneOf = (characters: string) => {
  const refused = [...characters];
  return [(s: string) => refused.some((c) => s.includes(c)), `must have none of ${refused.join(' ')}`] as const;
};

export const REGISTRY_PREFIX = 'wandb-registry-';

/** N1 */
export const RegistryName = text('RegistryName', {
  min: 1,
  max: 113,
  refuse: [
    control,
    edges,
    dots,
    noneOf('/\\#?%:'),
    [(s) => s.startsWith(REGISTRY_PREFIX), `must not begin with "${REGISTRY_PREFIX}" (that is added where it is shown)`],
  ],
  example: 'Golden Datasets',
});

/** N2 */
export const CollectionName = text('CollectionName', {
  min: 1,
  max: 128,
  refuse: [control, edges, dots, noneOf('/:@')],
  example: 'zoo_model',
});

/** N3; whether it is reserved is the domain's question, not the codec's. */
export const AliasName = text('AliasName', {
  min: 1,
  max: 128,
  refuse: [control, edges, dots, noneOf('/:@')],
  example: 'production',
});

/** N4 */
export const ArtifactType = text('ArtifactType', {
  min: 1,
  max: 128,
  pattern: /^[-\w]([-.\w ]*[-.\w])?$/,
  example: 'model',
});

/** N5 */
export const Tag = text('Tag', { min: 1, max: 128, pattern: /^[-\w]([-\w ]*[-\w])?$/, example: 'vision' });

/** N6: entities, projects, artifacts, users, teams, service accounts, the organization. */
export const PlainName = text('PlainName', {
  min: 1,
  max: 128,
  pattern: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  example: 'vision',
});

export const Description = text('Description', { max: 4096 });
export const Uri = text('Uri', { max: 4096, example: 's3://models/zoo/7' });
export const Digest = text('Digest', { min: 1, max: 256, example: 'sha256:9f86d081884c7d65' });
export const Label = text('Label', { max: 256 });
export const MetricName = text('MetricName', { min: 1, max: 256, example: 'accuracy' });
/** A8 */
export const Reason = text('Reason', { max: 1000, example: 'passed the release checks' });

const parsePath =
  (parts: number, what: string) =>
  (value: unknown): Either<string, string> => {
    if (typeof value !== 'string') return left('must be a string');
    if (value.length > parts * 129) return left(`must be ${what}`);
    const split = value.split('/');
    return split.length === parts && split.every((part) => PlainName.is(part)) ? right(value) : left(`must be ${what}`);
  };

/** A run: `team/project/id`. */
export const Run = described<string>(
  'Run',
  { type: 'string', maxLength: 386, examples: ['vision/zoo/run-1'] },
  parsePath(3, '"team/project/id", each of letters, digits, "_", "." and "-"'),
  (value) => value,
);

/** The name of a source artifact without a version: `team/project/artifact`. */
export const ArtifactName = described<string>(
  'ArtifactName',
  { type: 'string', maxLength: 386, examples: ['vision/zoo/zoo_model'] },
  parsePath(3, '"team/project/artifact", each of letters, digits, "_", "." and "-"'),
  (value) => value,
);

/** By code point (N8), as SQLite's BINARY collation sorts UTF-8. JavaScript's own order is by UTF-16 unit. */
export const byCodePoint = (a: string, b: string): number => {
  const [left, right] = [[...a], [...b]];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
};

/**
 * Two texts fold alike when they differ only in case (Unicode full case folding, made of the case mappings that the
 * language has; the dotless i folds to nothing but itself).
 */
export const foldCase = (value: string): string =>
  value
    .split('ı')
    .map((part) => part.toLowerCase().toUpperCase().toLowerCase())
    .join('ı');

/** N3: what nobody gives, moves, removes, rolls back or protects by hand. */
export const isReservedAlias = (alias: string): boolean =>
  foldCase(alias) === 'latest' || /^v[0-9]+$/i.test(alias);

export const LATEST = 'latest';
