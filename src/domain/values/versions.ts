/** Version numbers: numbers inside, `"v3"` in the API. */
import { Either, left, right } from 'fp-ts/Either';
import { Described, described } from './described';
import { AliasName, PlainName } from './names';

export const showVersion = (version: number): string => `v${version}`;

/** `v3` to 3; Left says what is wrong (`v03`, beyond 2^53-1). */
export const parseVersion = (value: unknown): Either<string, number> => {
  if (typeof value !== 'string' || value.length > 20 || !/^v(0|[1-9][0-9]*)$/.test(value))
    return left('must be a version such as "v3"');
  const version = Number(value.slice(1));
  return Number.isSafeInteger(version) ? right(version) : left('must be at most v9007199254740991');
};

/** A version of the API, as its number. */
export const Version: Described<number, string> = described(
  'Version',
  { type: 'string', pattern: '^v(0|[1-9][0-9]*)$', examples: ['v3'] },
  parseVersion,
  showVersion,
  (value): value is number => Number.isSafeInteger(value) && (value as number) >= 0,
);

/** A version as events store it: a number. */
export const VersionNumber: Described<number> = described(
  'VersionNumber',
  { type: 'integer', minimum: 0 },
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0
      ? right(value as number)
      : left('must be a whole number from 0'),
  (value) => value,
);

/** How a version is named: by its number, or by an alias that it holds. */
export type VersionRef =
  | { readonly type: 'Version'; readonly version: number }
  | { readonly type: 'Alias'; readonly alias: string };

export const parseVersionRef = (value: unknown): Either<string, VersionRef> => {
  if (typeof value === 'string' && value.length <= 256 && /^v[0-9]+$/.test(value)) {
    const version = parseVersion(value);
    return version._tag === 'Right' ? right({ type: 'Version', version: version.right }) : version;
  }
  return AliasName.is(value)
    ? right({ type: 'Alias', alias: value })
    : left('must be a version such as "v3", or an alias (at most 128 characters, none of / : @)');
};

export const showVersionRef = (ref: VersionRef): string =>
  ref.type === 'Version' ? showVersion(ref.version) : ref.alias;

export const VersionRef: Described<VersionRef, string> = described(
  'VersionRef',
  { type: 'string', maxLength: 128, examples: ['v3', 'production'] },
  parseVersionRef,
  showVersionRef,
  (value): value is VersionRef => typeof value === 'object' && value !== null && 'type' in value,
);

/** A source artifact version: `team/project/artifact:v7`, or with a source alias in place of the version. */
export type SourceRef = {
  readonly entity: string;
  readonly project: string;
  readonly artifact: string;
  readonly ref: VersionRef;
};

export const showSourceRef = (source: SourceRef): string =>
  `${source.entity}/${source.project}/${source.artifact}:${showVersionRef(source.ref)}`;

const parseSourceRef = (value: unknown): Either<string, SourceRef> => {
  if (typeof value !== 'string' || value.length > 700) return left('must be "team/project/artifact:v7"');
  const colon = value.indexOf(':');
  if (colon < 0) return left('lacks its version: write "team/project/artifact:v7", or an alias in its place');
  const [entity, project, artifact, ...more] = value.slice(0, colon).split('/');
  if (more.length > 0 || !PlainName.is(entity) || !PlainName.is(project) || !PlainName.is(artifact))
    return left('must be "team/project/artifact:v7", each name of letters, digits, "_", "." and "-"');
  const ref = parseVersionRef(value.slice(colon + 1));
  return ref._tag === 'Left' ? left(`after the colon: ${ref.left}`) : right({ entity, project, artifact, ref: ref.right });
};

export const SourceRef: Described<SourceRef, string> = described(
  'SourceRef',
  { type: 'string', maxLength: 700, examples: ['vision/zoo/zoo_model:v7'] },
  parseSourceRef,
  showSourceRef,
  (value): value is SourceRef => typeof value === 'object' && value !== null && 'entity' in value,
);
