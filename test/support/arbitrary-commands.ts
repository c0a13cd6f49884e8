/** Random commands to one collection, by several roles. */
import * as fc from 'fast-check';
import { CollectionCommand } from '../../src/domain/collection/commands';
import {
  add, aShelf, aSource, change, changes, close, create, link, protect, remove, rollBack, tag, take, unlink, unprotect, untag,
} from './collection-commands';

/** The half-width circle sorts before the elephant by code point, and after it by UTF-16 unit (N8). */
const free = fc.constantFrom('production', 'staging', 'a', '\uffee', '\u{1f418}');
const alias = fc.oneof(
  { weight: 20, arbitrary: free },
  { weight: 1, arbitrary: fc.constantFrom('Production', 'latest', 'v1') },
);
const version = fc.nat({ max: 7 });
const expected = fc.oneof({ weight: 8, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: fc.record({ expected: fc.option(version) }) });
const role = fc.oneof({ weight: 2, arbitrary: fc.constant('member' as const) }, { weight: 1, arbitrary: fc.constant('admin' as const) });
const by = fc.record({ role });
const shelf = fc.subarray(['production', 'staging']).map((protectedAliases) => aShelf({ protectedAliases }));
const tags = fc.subarray(['fast', 'small', 'vision']);

const linking = fc.tuple(
  version, fc.uniqueArray(alias, { maxLength: 3 }), by, shelf,
  fc.constantFrom({}, {}, {}, {}, { type: 'dataset' }, { owner: 'user' as const }),
).map(([source, aliases, who, of, rest]) => link(source, { aliases, shelf: of, source: aSource(source, rest), ...who }));

const batch = fc.uniqueArray(
  fc.tuple(alias, fc.option(version, { freq: 4 }), expected).map(([name, to, rest]) => ({ alias: name, version: to, ...rest })),
  { minLength: 1, maxLength: 4, selector: (one) => one.alias },
);

const giving = fc.tuple(alias, version, expected, by).map(([name, to, rest, who]) => add(name, to, { ...rest, ...who }));
const taking = fc.tuple(alias, expected, by).map(([name, rest, who]) => take(name, { ...rest, ...who }));
const rolling = fc.tuple(alias, expected, by).map(([name, rest, who]) => rollBack(name, { ...rest, ...who }));

export const arbitraryCommand: fc.Arbitrary<CollectionCommand> = fc.oneof(
  { weight: 10, arbitrary: linking },
  { weight: 14, arbitrary: giving },
  { weight: 4, arbitrary: taking },
  { weight: 10, arbitrary: rolling },
  { weight: 6, arbitrary: fc.tuple(version, by).map(([which, who]) => unlink(which, who)) },
  { weight: 5, arbitrary: fc.tuple(batch, by).map(([of, who]) => changes(of, who)) },
  { weight: 2, arbitrary: fc.tuple(tags, shelf).map(([of, on]) => create({ tags: of, shelf: on })) },
  { weight: 2, arbitrary: fc.tuple(tags, tags).map(([addTags, removeTags]) => change({ addTags, removeTags, description: 'x' })) },
  { weight: 2, arbitrary: fc.tuple(version, by).map(([which, who]) => tag(which, 'fast', who)) },
  { weight: 1, arbitrary: fc.tuple(version, by).map(([which, who]) => untag(which, 'fast', who)) },
  { weight: 2, arbitrary: free.map(protect) },
  { weight: 2, arbitrary: free.map(unprotect) },
  { weight: 1, arbitrary: by.map(remove) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }).map(close) },
);
