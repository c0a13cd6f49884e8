/** The codecs of what requests carry beside names: shared by the operations of several resources. */
import { left, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { described, listOf, oneOf, orNull } from '../domain/values/described';
import { millisecondsOf, QueryInstant } from '../domain/values/instants';
import { AliasName, CollectionName, Reason, RegistryName, Tag } from '../domain/values/names';
import { Version } from '../domain/values/versions';

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

/** T1: an instant of a query, at most 60 s in the future. */
export const PastInstant = described<string>(
  'PastInstant',
  QueryInstant.schema,
  (value) => {
    const decoded = QueryInstant.decode(value);
    if (decoded._tag === 'Left') return left(decoded.left[0]?.message ?? 'must be an RFC 3339 instant');
    return millisecondsOf(decoded.right) > Date.now() + 60_000 ? left('must not lie in the future') : decoded;
  },
  (value) => value,
);

/** The order of a list by number or position. */
export const Order = oneOf('Order', ['asc', 'desc']);

export const inCollection = { registry: RegistryName, collection: CollectionName };
