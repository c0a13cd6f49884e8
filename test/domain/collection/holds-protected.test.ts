import { fold } from '../../../src/decider/decider';
import { collection } from '../../../src/domain/collection';
import { holdsProtected } from '../../../src/domain/collection/decide';
import { CollectionEvent } from '../../../src/domain/collection/events';
import { added, aliasProtected, aliasUnprotected, collectionCreated, collectionDeleted, linked, moved, removed, unlinked } from '../../support/collection-events';

const begun: ReadonlyArray<CollectionEvent> = [collectionCreated(), linked(0, 5), linked(1, 6), added('production', 0)];
const after = (...more: ReadonlyArray<CollectionEvent>) => fold(collection, [...begun, ...more]);
const [five, six] = ['vision/zoo/animals:v5', 'vision/zoo/animals:v6'];

describe('S4: whether a source version is held by a protected alias', () => {
  it('by one that is protected while it holds it', () => {
    expect(holdsProtected(after(), five)).toBe(false);
    expect(holdsProtected(after(aliasProtected('production')), five)).toBe(true);
    expect(holdsProtected(after(aliasProtected('production')), six)).toBe(false);
    expect(holdsProtected(after(aliasProtected('staging')), five)).toBe(false);
  });

  it('not any more once that is over', () => {
    const held = aliasProtected('production');
    expect(holdsProtected(after(held, aliasUnprotected('production')), five)).toBe(false);
    expect(holdsProtected(after(held, moved('production', 0, 1)), five)).toBe(false);
    expect(holdsProtected(after(held, moved('production', 0, 1)), six)).toBe(true);
    expect(holdsProtected(after(held, removed('production', 0), unlinked(0)), five)).toBe(false);
    expect(holdsProtected(after(held, removed('production', 0), collectionDeleted), five)).toBe(false);
    expect(holdsProtected(collection.initial, five)).toBe(false);
  });
});
