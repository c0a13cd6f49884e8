/** The codecs of what requests carry beside names: shared by the operations of several resources. */
import { left, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { described, listOf, orNull } from '../domain/values/described';
import { AliasName, Reason, Tag } from '../domain/values/names';
import { Version } from '../domain/values/versions';

/** The parameters of a collection's path. */
export { CollectionName, RegistryName } from '../domain/values/names';

/** A4 in a body: a version, or null for "held by none". */
export const Expected = orNull(Version);
/** A8 */
export const WithReason = { reason: Reason };
/** A11: at most 100 in one link. */
export const LinkAliases = listOf(AliasName, { max: 100, unique: true });
/** N5 */
export const Tags = listOf(Tag, { max: 64, unique: true });

/** The beginning of a name, to filter lists by. */
export const NamePrefix = described<string>(
  'NamePrefix',
  { type: 'string', maxLength: 128 },
  (value) =>
    typeof value === 'string' && value.length <= 256 && value.isWellFormed() && !value.includes('\0')
      ? right(value)
      : left('must be the beginning of a name'),
  (value) => value,
);

/** `v1,v2` in a query, at most 100. */
export const VersionList = described<ReadonlyArray<number>, string>(
  'VersionList',
  { type: 'string', examples: ['v1,v2'] },
  (value) => {
    if (typeof value !== 'string' || value.length > 2000) return left('must be versions such as "v1,v2"');
    const decoded = t.array(Version).decode([...new Set(value.split(','))]);
    if (decoded._tag === 'Left') return left('must be versions such as "v1,v2"');
    return decoded.right.length > 100 ? left('must be at most 100 versions') : right(decoded.right);
  },
  (value) => value.map((version) => `v${version}`).join(','),
  (value): value is ReadonlyArray<number> => Array.isArray(value),
);
