/** Target paths and full names (N7). */
import { Either, left, right } from 'fp-ts/Either';
import { Described, described } from './described';
import { Instant, QueryInstant } from './instants';
import { CollectionName, PlainName, REGISTRY_PREFIX, RegistryName } from './names';
import { parseVersionRef, showVersion, showVersionRef, VersionRef } from './versions';

export type TargetPath = {
  /** Only where one was written in front. */
  readonly organization?: string;
  readonly registry: string;
  readonly collection: string;
};

export type FullName = TargetPath & { readonly ref: VersionRef; readonly at?: Instant };

/** `wandb-registry-REGISTRY/COLLECTION` */
export const showPath = (registry: string, collection: string): string =>
  `${REGISTRY_PREFIX}${registry}/${collection}`;

/** With the organization in front, where there is one. */
const showTargetPath = ({ organization, registry, collection }: TargetPath): string =>
  `${organization === undefined ? '' : `${organization}/`}${showPath(registry, collection)}`;

/** `wandb-registry-REGISTRY/COLLECTION:v3` */
export const showFullName = (registry: string, collection: string, version: number): string =>
  `${showPath(registry, collection)}:${showVersion(version)}`;

const EXPECTED = '[ORGANIZATION/]wandb-registry-REGISTRY/COLLECTION';

export const parseTargetPath = (value: unknown): Either<string, TargetPath> => {
  if (typeof value !== 'string' || value.length > 1000) return left(`must be ${EXPECTED}`);
  const parts = value.split('/');
  if (parts.length < 2) return left(`lacks the collection: it must be ${EXPECTED}`);
  if (parts.length > 3) return left(`has too many parts: it must be ${EXPECTED}`);
  const [organization, prefixed, collection] = parts.length === 3 ? parts : [undefined, ...parts];
  if (organization !== undefined && !PlainName.is(organization))
    return left(`the organization in front is not a name: it must be ${EXPECTED}`);
  const registry = prefixed?.startsWith(REGISTRY_PREFIX) ? prefixed.slice(REGISTRY_PREFIX.length) : prefixed;
  const named = RegistryName.decode(registry);
  if (named._tag === 'Left') return left(`the registry's name ${named.left[0]?.message ?? 'is malformed'}`);
  const collected = CollectionName.decode(collection);
  if (collected._tag === 'Left') return left(`the collection's name ${collected.left[0]?.message ?? 'is malformed'}`);
  return right({
    ...(organization === undefined ? {} : { organization }),
    registry: named.right,
    collection: collected.right,
  });
};

export const parseFullName = (value: unknown): Either<string, FullName> => {
  if (typeof value !== 'string' || value.length > 1200) return left(`must be ${EXPECTED}:ALIAS_OR_vN`);
  const colon = value.indexOf(':');
  if (colon < 0) return left(`lacks the alias or version: it must be ${EXPECTED}:ALIAS_OR_vN`);
  const path = parseTargetPath(value.slice(0, colon));
  if (path._tag === 'Left') return path;
  const [named, ...instants] = value.slice(colon + 1).split('@');
  const ref = parseVersionRef(named);
  if (ref._tag === 'Left') return left(`the alias or version ${ref.left}`);
  if (instants.length === 0) return right({ ...path.right, ref: ref.right });
  const at = QueryInstant.decode(instants.join('@'));
  return at._tag === 'Left'
    ? left(`the instant after "@" ${at.left[0]?.message ?? 'is malformed'}`)
    : right({ ...path.right, ref: ref.right, at: at.right });
};

export const TargetPath: Described<TargetPath, string> = described(
  'TargetPath',
  { type: 'string', maxLength: 1000, examples: ['wandb-registry-model/zoo_model'] },
  parseTargetPath,
  showTargetPath,
  (value): value is TargetPath => typeof value === 'object' && value !== null && 'collection' in value,
);

export const FullName: Described<FullName, string> = described(
  'FullName',
  { type: 'string', maxLength: 1200, examples: ['wandb-registry-model/zoo_model:production'] },
  parseFullName,
  (name) => `${showTargetPath(name)}:${showVersionRef(name.ref)}${name.at === undefined ? '' : `@${name.at}`}`,
  (value): value is FullName => typeof value === 'object' && value !== null && 'ref' in value,
);
