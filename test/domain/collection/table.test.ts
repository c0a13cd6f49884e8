/** Every command in every state of a collection. */
import { collection } from '../../../src/domain/collection';
import { CollectionCommand } from '../../../src/domain/collection/commands';
import { CollectionEvent } from '../../../src/domain/collection/events';
import { CollectionRejection } from '../../../src/domain/collection/rejections';
import {
  add, aShelf, aSource, change, changes, close, create, link, protect, remove, rollBack, tag, take, unlink, unprotect, untag,
} from '../../support/collection-commands';
import {
  added, aliasProtected, aliasUnprotected, collectionCreated, collectionDeleted, described, linked, moved, removed, tagged,
  unlinked, untagged, versionTagged, versionUntagged,
} from '../../support/collection-events';
import { changesNothing, emits, rejects, Row, Table, testTable } from '../../support/table';

/** v0 and v2 are linked, v1 was; `staging` was held by v0 and is by v2. */
const used: ReadonlyArray<CollectionEvent> = [
  collectionCreated(),
  described('animals'),
  tagged('vision'),
  linked(0),
  added('latest', 0, 'link'),
  linked(1),
  moved('latest', 0, 1, 'link'),
  linked(2),
  moved('latest', 1, 2, 'link'),
  unlinked(1),
  added('staging', 0),
  moved('staging', 0, 2),
  versionTagged(0, 'fast'),
];

const deletion: ReadonlyArray<CollectionEvent> = [
  removed('latest', 2, 'collection_deleted'),
  removed('staging', 2, 'collection_deleted'),
  collectionDeleted,
];

const many = Array.from({ length: 499 }, (_, index) => `alias-${index}`);

const states = {
  Absent: {
    'never created': [],
    'registered, told of a protection': [aliasProtected('production')],
    deleted: [...used, ...deletion],
    'deleted, told of a protection since': [...used, ...deletion, aliasProtected('production')],
  },
  Live: {
    empty: [collectionCreated()],
    'with versions': used,
    'with a protected alias': [...used, added('production', 0), aliasProtected('production')],
    'with a protected alias that nobody holds': [...used, aliasProtected('production')],
    'created again': [...used, ...deletion, collectionCreated(), linked(3, 0), added('latest', 3, 'link')],
    full: [...used, removed('staging', 2), ...many.map((alias) => added(alias, 0))],
  },
} as const;

type CollectionTable = Table<CollectionCommand, typeof states, CollectionEvent, CollectionRejection>;
type CollectionRow<C> = Row<C, CollectionEvent, CollectionRejection>;

const notFound = <C>(title: string, command: C) => {
  const row: CollectionRow<C> = [title, command, rejects({ type: 'collection_not_found' })];
  return {
    'never created': [row],
    'registered, told of a protection': [row],
    deleted: [row],
    'deleted, told of a protection since': [row],
  } as const;
};

const shelf = aShelf({ protectedAliases: ['production'] });
const admin = { role: 'admin' } as const;
const isProtected = rejects<CollectionRejection>({ type: 'alias_protected', alias: 'production', role: 'admin' });
const tooMany = rejects<CollectionRejection>({ type: 'too_many_aliases', limit: 500 });
const noVersion = (version: number) => rejects<CollectionRejection>({ type: 'version_not_found', version });
const exists = rejects<CollectionRejection>({ type: 'collection_exists' });
const reserved = (alias: string) => rejects<CollectionRejection>({ type: 'alias_reserved', alias });
const confusable = (alias: string) =>
  rejects<CollectionRejection>({ type: 'alias_confusable', alias, protectedAlias: 'production' });
const conflict = (alias: string, expected: number | null, actual: number | null) =>
  rejects<CollectionRejection>({ type: 'alias_conflict', alias, expected, actual });
const unavailable = (alias: string, reason: 'never_given' | 'no_former' | 'unlinked') =>
  rejects<CollectionRejection>({ type: 'rollback_unavailable', alias, reason });
const unheld = (alias: string) => rejects<CollectionRejection>({ type: 'alias_not_found', alias });
const tags = (count: number) => Array.from({ length: count }, (_, index) => `tag-${index}`);

const linkRejections: ReadonlyArray<CollectionRow<CollectionCommand & { type: 'LinkArtifactVersion' }>> = [
  [
    'V2: a personal entity is refused, with the teams of the principal',
    link(7, { source: aSource(7, { name: 'ann/zoo/animals:v7', owner: 'user' }), teams: ['vision', 'audio'] }),
    rejects({ type: 'personal_entity', entity: 'ann', teams: ['vision', 'audio'] }),
  ],
  [
    'V2: the registry must accept the type',
    link(7, { source: aSource(7, { type: 'dataset' }), shelf: aShelf({ acceptedTypes: ['model', 'run'] }) }),
    rejects({ type: 'type_not_accepted', artifactType: 'dataset', accepted: ['model', 'run'] }),
  ],
  ['N3, V2: a reserved alias refuses the whole link', link(7, { aliases: ['a', 'LaTeSt'] }), reserved('LaTeSt')],
  ['N3: so does one that looks like a version', link(7, { aliases: ['V12'] }), reserved('V12')],
  [
    'A11: 500 aliases beside latest are too many',
    link(7, { aliases: Array.from({ length: 500 }, (_, index) => `new-${index}`) }),
    tooMany,
  ],
];

const table: CollectionTable = {
  CreateCollection: {
    'never created': [
      ['C1: can be created empty', create(), emits(collectionCreated())],
      [
        'C1: with description and tags',
        create({ description: 'animals', tags: ['a', 'b'] }),
        emits(collectionCreated(), described('animals'), tagged('a'), tagged('b')),
      ],
      ['A10: carries what is protected in the registry', create({ shelf }), emits(collectionCreated(), aliasProtected('production'))],
      [
        'C3: a list of accepted types that has its type', create({ shelf: aShelf({ acceptedTypes: ['run', 'model'] }) }),
        emits(collectionCreated()),
      ],
      [
        'C3: of a type that the registry accepts', create({ shelf: aShelf({ acceptedTypes: ['run'] }) }),
        rejects({ type: 'type_not_accepted', artifactType: 'model', accepted: ['run'] }),
      ],
      ['N5: 64 tags', create({ tags: tags(64) }), emits(collectionCreated(), ...tags(64).map(tagged))],
      ['N5: and no more', create({ tags: tags(65) }), rejects({ type: 'too_many_tags', limit: 64 })],
    ],
    'registered, told of a protection': [
      ['A10: what it was told it is not told again', create({ shelf }), emits(collectionCreated())],
      [
        'A10: the registry knows better than what it was told', create(),
        emits(collectionCreated(), aliasUnprotected('production')),
      ],
    ],
    deleted: [
      ['C1: the name may be used again, for another type', create({ artifactType: 'run' }), emits(collectionCreated('run'))],
      ['A10: with what is protected now', create({ shelf }), emits(collectionCreated(), aliasProtected('production'))],
    ],
    'deleted, told of a protection since': [
      ['A10: what it was told it is not told again', create({ shelf }), emits(collectionCreated())],
      ['A10: what was left under the name is put right', create(), emits(collectionCreated(), aliasUnprotected('production'))],
    ],
    empty: [
      ['C1: it exists', create(), exists],
      [
        'C3: the type is judged first (422 before 409)', create({ shelf: aShelf({ acceptedTypes: ['run'] }) }),
        rejects({ type: 'type_not_accepted', artifactType: 'model', accepted: ['run'] }),
      ],
      ['N5: so are the tags', create({ tags: tags(65) }), rejects({ type: 'too_many_tags', limit: 64 })],
    ],
    'with versions': [['C1: it exists', create(), exists]],
    'with a protected alias': [['C1: it exists', create(), exists]],
    'with a protected alias that nobody holds': [['C1: it exists', create({ shelf }), exists]],
    'created again': [['C1: it exists', create(), exists]],
    full: [['C1: it exists', create(), exists]],
  },

  ChangeCollection: {
    ...notFound('C1: there is none to describe', change({ description: 'x', addTags: ['x'] })),
    empty: [
      ['C1: can be described', change({ description: 'animals' }), emits(described('animals'))],
      ['C1: can be tagged', change({ addTags: ['a', 'b'] }), emits(tagged('a'), tagged('b'))],
      ['N5: with 64 tags', change({ addTags: tags(64) }), emits(...tags(64).map(tagged))],
      ['N5: not with more', change({ addTags: tags(65) }), rejects({ type: 'too_many_tags', limit: 64 })],
      ['C1: its description is empty already', change({ description: '' }), changesNothing],
      ['C1: a tag that it does not have', change({ removeTags: ['a'] }), changesNothing],
      ['C1: a tag in both lists is added', change({ addTags: ['a'], removeTags: ['a'] }), emits(tagged('a'))],
    ],
    'with versions': [
      ['C1: as it is already', change({ description: 'animals', addTags: ['vision'] }), changesNothing],
      ['C1: nothing asked for', change(), changesNothing],
      ['C1: the description can be taken back', change({ description: '' }), emits(described(''))],
      [
        'N5: a tag less, 64 more: 64', change({ addTags: tags(64), removeTags: ['vision'] }),
        emits(untagged('vision'), ...tags(64).map(tagged)),
      ],
      ['N5: 64 more are too many', change({ addTags: tags(64) }), rejects({ type: 'too_many_tags', limit: 64 })],
      ['N5: one that it has counts once', change({ addTags: [...tags(63), 'vision'] }), emits(...tags(63).map(tagged))],
      ['C1: a tag in both lists stays', change({ addTags: ['vision'], removeTags: ['vision'] }), changesNothing],
    ],
    'with a protected alias': [['C1: by any member', change({ removeTags: ['vision'] }), emits(untagged('vision'))]],
    'with a protected alias that nobody holds': [['C1: by any member', change({ description: 'x' }), emits(described('x'))]],
    'created again': [['C1: nothing is left of the one before', change({ description: '', removeTags: ['vision'] }), changesNothing]],
    full: [['A11: tags are no aliases', change({ addTags: ['x'] }), emits(tagged('x'))]],
  },

  LinkArtifactVersion: {
    'never created': [
      ['V1, V2, A2: is created, from v0', link(7), emits(collectionCreated(), linked(0, 7), added('latest', 0, 'link'))],
      [
        'V6: records the run', link(7, { run: 'vision/zoo/run-1' }),
        emits(collectionCreated(), linked(0, 7, 'vision/zoo/run-1'), added('latest', 0, 'link')),
      ],
      [
        'V2: with aliases, in the order that they were asked for', link(7, { aliases: ['b', 'a'] }),
        emits(collectionCreated(), linked(0, 7), added('latest', 0, 'link'), added('b', 0, 'link'), added('a', 0, 'link')),
      ],
      [
        'A10: carries what is protected in the registry', link(7, { shelf }),
        emits(collectionCreated(), aliasProtected('production'), linked(0, 7), added('latest', 0, 'link')),
      ],
      ['A9: a protected alias refuses the whole link', link(7, { aliases: ['production'], shelf }), isProtected],
      [
        'A9: but not for a registry admin', link(7, { aliases: ['production'], shelf, ...admin }),
        emits(
          collectionCreated(), aliasProtected('production'), linked(0, 7), added('latest', 0, 'link'),
          added('production', 0, 'link'),
        ),
      ],
      ['A9: one that differs only in case', link(7, { aliases: ['PRODUCTION'], shelf, ...admin }), confusable('PRODUCTION')],
      [
        'A11: 499 aliases and latest', link(7, { aliases: many }),
        emits(
          collectionCreated(), linked(0, 7), added('latest', 0, 'link'), ...many.map((alias) => added(alias, 0, 'link')),
        ),
      ],
      ...linkRejections,
    ],
    'registered, told of a protection': [
      [
        'A10: what it was told it is not told again', link(7, { shelf }),
        emits(collectionCreated(), linked(0, 7), added('latest', 0, 'link')),
      ],
      ['A9: a protected alias refuses the whole link', link(7, { aliases: ['production'], shelf }), isProtected],
      [
        'A9, A10: what the registry protects no more is free', link(7, { aliases: ['production'] }),
        emits(
          collectionCreated(), aliasUnprotected('production'), linked(0, 7), added('latest', 0, 'link'),
          added('production', 0, 'link'),
        ),
      ],
      [
        'A9: and so is one that differs from it only in case', link(7, { aliases: ['Production'] }),
        emits(
          collectionCreated(), aliasUnprotected('production'), linked(0, 7), added('latest', 0, 'link'),
          added('Production', 0, 'link'),
        ),
      ],
    ],
    deleted: [
      [
        'V1: the numbers go on, for a source of the past too', link(0),
        emits(collectionCreated(), linked(3, 0), added('latest', 3, 'link')),
      ],
      [
        'C1: with another type', link(0, { source: aSource(0, { type: 'run' }) }),
        emits(
          collectionCreated('run'),
          { type: 'VersionLinked', data: { version: 3, source: 'vision/zoo/animals:v0', digest: 'sha256:0', type: 'run' } },
          added('latest', 3, 'link'),
        ),
      ],
      ['A9: by what is protected now', link(0, { aliases: ['production'], shelf }), isProtected],
    ],
    'deleted, told of a protection since': [
      [
        'A9, A10: what was left under the name protects nothing', link(0, { aliases: ['production'] }),
        emits(
          collectionCreated(), aliasUnprotected('production'), linked(3, 0), added('latest', 3, 'link'),
          added('production', 3, 'link'),
        ),
      ],
    ],
    empty: [
      ['V1, A2: v0 becomes latest', link(7), emits(linked(0, 7), added('latest', 0, 'link'))],
      [
        'V2: the collection has another type', link(7, { source: aSource(7, { type: 'run' }) }),
        rejects({ type: 'type_mismatch', expected: 'model', actual: 'run' }),
      ],
      [
        'A10: it decides by its own stream, not by what the registry says',
        link(7, { aliases: ['production'], shelf }),
        emits(linked(0, 7), added('latest', 0, 'link'), added('production', 0, 'link')),
      ],
      ...linkRejections,
    ],
    'with versions': [
      ['V1, A2: the next number takes latest', link(7), emits(linked(3, 7), moved('latest', 2, 3, 'link'))],
      [
        'A3: an alias of another moves', link(7, { aliases: ['staging'] }),
        emits(linked(3, 7), moved('latest', 2, 3, 'link'), moved('staging', 2, 3, 'link')),
      ],
      ['V3: one that is linked already adds none, and takes no latest', link(0), changesNothing],
      ['V3: the aliases are applied to it', link(0, { aliases: ['staging', 'a'] }), emits(moved('staging', 2, 0, 'link'), added('a', 0, 'link'))],
      ['V3, A3: those that it has already are not', link(2, { aliases: ['staging'] }), changesNothing],
      ['V4: one that was unlinked gets a new number', link(1), emits(linked(3, 1), moved('latest', 2, 3, 'link'))],
      [
        'V2: the registry no longer accepts what it holds', link(0, { shelf: aShelf({ acceptedTypes: ['run'] }) }),
        rejects({ type: 'type_not_accepted', artifactType: 'model', accepted: ['run'] }),
      ],
      ...linkRejections,
    ],
    'with a protected alias': [
      ['A9: by any member', link(7), emits(linked(3, 7), moved('latest', 2, 3, 'link'))],
      ['A9: not with the protected alias', link(7, { aliases: ['a', 'production'] }), isProtected],
      ['A9: not even to the version that holds it', link(0, { aliases: ['production'] }), isProtected],
      [
        'A9: but by a registry admin', link(7, { aliases: ['production'], ...admin }),
        emits(linked(3, 7), moved('latest', 2, 3, 'link'), moved('production', 0, 3, 'link')),
      ],
      ['A9: not with one that differs only in case', link(7, { aliases: ['Production'], ...admin }), confusable('Production')],
    ],
    'with a protected alias that nobody holds': [
      ['A9: not with the protected alias', link(7, { aliases: ['production'] }), isProtected],
      ['A9: nor V3 with it', link(0, { aliases: ['production'] }), isProtected],
    ],
    'created again': [
      ['V1: the next number', link(7), emits(linked(4, 7), moved('latest', 3, 4, 'link'))],
      ['V3: what this one holds', link(0), changesNothing],
      ['V4: what only the one before held', link(2), emits(linked(4, 2), moved('latest', 3, 4, 'link'))],
    ],
    full: [
      ['A11: without aliases it is full of', link(7), emits(linked(3, 7), moved('latest', 2, 3, 'link'))],
      [
        'A11: with one that it has', link(7, { aliases: ['alias-0'] }),
        emits(linked(3, 7), moved('latest', 2, 3, 'link'), moved('alias-0', 0, 3, 'link')),
      ],
      ['A11: not with one more', link(7, { aliases: ['one-more'] }), tooMany],
      ['A11: nor V3 with one more', link(0, { aliases: ['one-more'] }), tooMany],
    ],
  },

  UnlinkVersion: {
    ...notFound('V5: there is none', unlink(0)),
    empty: [['V5: no such version', unlink(0), noVersion(0)]],
    'with versions': [
      ['V5: without aliases', unlink(0), emits(unlinked(0))],
      [
        'V5: every alias it held, in order of name; latest goes to the highest that remains', unlink(2),
        emits(moved('latest', 2, 0, 'unlink'), removed('staging', 2, 'unlink'), unlinked(2)),
      ],
      ['V5: was unlinked before', unlink(1), noVersion(1)],
      ['V5: was never linked', unlink(3), noVersion(3)],
    ],
    'with a protected alias': [
      ['A9: what holds it', unlink(0), isProtected],
      ['A9: but by a registry admin', unlink(0, admin), emits(removed('production', 0, 'unlink'), unlinked(0))],
      [
        'V5: what does not', unlink(2),
        emits(moved('latest', 2, 0, 'unlink'), removed('staging', 2, 'unlink'), unlinked(2)),
      ],
      ['V5: 404 before 403', unlink(1), noVersion(1)],
    ],
    'with a protected alias that nobody holds': [['A9: nobody holds it', unlink(0), emits(unlinked(0))]],
    'created again': [
      ['V5: none remains: latest goes nowhere', unlink(3), emits(removed('latest', 3, 'unlink'), unlinked(3))],
      ['V5: a version of the one before', unlink(0), noVersion(0)],
      ['V5: the highest of the one before', unlink(2), noVersion(2)],
    ],
    full: [
      [
        'V5, N8: 499 aliases by code point', unlink(0),
        emits(...[...many].sort().map((alias) => removed(alias, 0, 'unlink')), unlinked(0)),
      ],
    ],
  },

  AddAlias: {
    ...notFound('A1: there is none', add('a', 0)),
    empty: [['A1: no such version', add('a', 0), noVersion(0)]],
    'with versions': [
      ['A1: nobody holds it', add('a', 0), emits(added('a', 0))],
      ['A3: another version holds it', add('staging', 0), emits(moved('staging', 2, 0))],
      ['A3: it holds it', add('staging', 2), changesNothing],
      ['A4: as expected', add('staging', 0, { expected: 2 }), emits(moved('staging', 2, 0))],
      ['A4: nobody, as expected', add('a', 0, { expected: null }), emits(added('a', 0))],
      ['A4: not as expected', add('staging', 0, { expected: 0 }), conflict('staging', 0, 2)],
      ['A4: somebody holds it after all', add('staging', 0, { expected: null }), conflict('staging', null, 2)],
      ['A4: nobody holds it any more', add('a', 0, { expected: 2 }), conflict('a', 2, null)],
      ['A4 before A3', add('staging', 2, { expected: 0 }), conflict('staging', 0, 2)],
      ['A4: expected to be v0, and it is not', add('staging', 2, { expected: null }), conflict('staging', null, 2)],
      ['V5: not to one that was unlinked', add('a', 1), noVersion(1)],
      ['V1: not to one that is not yet', add('a', 3), noVersion(3)],
      ['N3: not latest', add('latest', 0), reserved('latest')],
      ['N3: not a version', add('v0', 0), reserved('v0')],
      ['N3 after 404', add('latest', 1), noVersion(1)],
      ['N3 before A4 (422 before 409)', add('v00', 0, { expected: 7 }), reserved('v00')],
      ['N3: v and more than digits is no version', add('v0a', 0), emits(added('v0a', 0))],
    ],
    'with a protected alias': [
      ['A9: only by a registry admin', add('production', 2), isProtected],
      ['A9: not even to its holder', add('production', 0), isProtected],
      ['A9 before A4 (403 before 409)', add('production', 2, { expected: 2 }), isProtected],
      ['A9: by one', add('production', 2, admin), emits(moved('production', 0, 2))],
      ['A9: not one that differs only in case', add('PrOdUcTiOn', 2, admin), confusable('PrOdUcTiOn')],
      ['A9: confusable before protected (422 before 403)', add('PRODUCTION', 2), confusable('PRODUCTION')],
      ['A9: any other by any member', add('staging', 0), emits(moved('staging', 2, 0))],
    ],
    'with a protected alias that nobody holds': [
      ['A9: only by a registry admin', add('production', 2), isProtected],
      ['A9: by one', add('production', 2, admin), emits(added('production', 2))],
    ],
    'created again': [
      ['A1: to a version of the one before', add('a', 2), noVersion(2)],
      ['A1: what the one before had is free', add('staging', 3, { expected: null }), emits(added('staging', 3))],
    ],
    full: [
      ['A11: one that it has', add('alias-0', 2), emits(moved('alias-0', 0, 2))],
      ['A11: one more', add('one-more', 2), tooMany],
      ['A11 before A4 (422 before 409)', add('one-more', 2, { expected: 0 }), tooMany],
    ],
  },

  RemoveAlias: {
    ...notFound('A5: there is none', take('a')),
    empty: [['A5: nobody holds it', take('a'), unheld('a')]],
    'with versions': [
      ['A5: its holder', take('staging'), emits(removed('staging', 2))],
      ['A5: nobody holds it', take('a'), unheld('a')],
      ['A4: as expected', take('staging', { expected: 2 }), emits(removed('staging', 2))],
      ['A4: not as expected', take('staging', { expected: 0 }), conflict('staging', 0, 2)],
      ['A4 before A5', take('a', { expected: 2 }), conflict('a', 2, null)],
      ['A4, A5: expected to be held by none, and it is', take('a', { expected: null }), unheld('a')],
      ['N3: not latest', take('latest'), reserved('latest')],
      ['N3: not a version', take('V2'), reserved('V2')],
    ],
    'with a protected alias': [
      ['A9: only by a registry admin', take('production'), isProtected],
      ['A9: by one', take('production', admin), emits(removed('production', 0))],
    ],
    'with a protected alias that nobody holds': [
      ['A9 before A5 (403 before 404 of the alias)', take('production'), isProtected],
      ['A5: for a registry admin', take('production', admin), unheld('production')],
      ['A9: one that differs only in case is not held either', take('Production'), unheld('Production')],
    ],
    'created again': [['A5: what the one before had', take('staging'), unheld('staging')]],
    full: [['A11: makes room', take('alias-7'), emits(removed('alias-7', 0))]],
  },

  ChangeAliases: {
    ...notFound('A6: there is none', changes([{ alias: 'a', version: 0 }])),
    empty: [
      ['A6: no such version', changes([{ alias: 'a', version: 0 }]), noVersion(0)],
      ['A5: nobody holds it', changes([{ alias: 'a', version: null }]), unheld('a')],
    ],
    'with versions': [
      [
        'A6: all of them', changes([{ alias: 'staging', version: 0 }, { alias: 'a', version: 2 }]),
        emits(moved('staging', 2, 0), added('a', 2)),
      ],
      [
        'A6: one gives, one takes', changes([{ alias: 'staging', version: null }, { alias: 'a', version: 0 }]),
        emits(removed('staging', 2), added('a', 0)),
      ],
      ['A6: only what changes', changes([{ alias: 'staging', version: 2 }, { alias: 'a', version: 0 }]), emits(added('a', 0))],
      ['A6: nothing does', changes([{ alias: 'staging', version: 2 }]), changesNothing],
      ['A6: or none: a version', changes([{ alias: 'a', version: 0 }, { alias: 'b', version: 1 }]), noVersion(1)],
      ['A6: or none: a reserved alias', changes([{ alias: 'a', version: 0 }, { alias: 'Latest', version: null }]), reserved('Latest')],
      ['A6: or none: one nobody holds', changes([{ alias: 'a', version: 0 }, { alias: 'b', version: null }]), unheld('b')],
      [
        'A6: or none: one that is not as expected',
        changes([{ alias: 'a', version: 0, expected: null }, { alias: 'staging', version: 0, expected: 0 }]),
        conflict('staging', 0, 2),
      ],
      [
        'A6: each expected is tested against the map before the batch',
        changes([{ alias: 'a', version: 2, expected: null }, { alias: 'staging', version: null, expected: 2 }]),
        emits(added('a', 2), removed('staging', 2)),
      ],
      [
        'A4 before A5, whatever their order', changes([{ alias: 'b', version: null }, { alias: 'staging', version: 0, expected: null }]),
        conflict('staging', null, 2),
      ],
      [
        'A6: 404 before 422, whatever their order', changes([{ alias: 'v1', version: 0 }, { alias: 'a', version: 9 }]),
        noVersion(9),
      ],
    ],
    'with a protected alias': [
      [
        'A9: not with a protected one among them',
        changes([{ alias: 'a', version: 0 }, { alias: 'production', version: null }]), isProtected,
      ],
      [
        'A9: but by a registry admin', changes([{ alias: 'a', version: 0 }, { alias: 'production', version: 2 }], admin),
        emits(added('a', 0), moved('production', 0, 2)),
      ],
      [
        'A9: nor with one that differs only in case', changes([{ alias: 'Production', version: 0 }], admin),
        confusable('Production'),
      ],
      ['A9: 403 before 409', changes([{ alias: 'staging', version: 0, expected: 0 }, { alias: 'production', version: 2 }]), isProtected],
    ],
    'with a protected alias that nobody holds': [
      ['A9: not with it', changes([{ alias: 'production', version: 0 }]), isProtected],
      ['A9: one that differs only in case may be taken', changes([{ alias: 'Production', version: null }]), unheld('Production')],
    ],
    'created again': [['A6: a version of the one before', changes([{ alias: 'a', version: 0 }]), noVersion(0)]],
    full: [
      ['A11: one more', changes([{ alias: 'one-more', version: 0 }]), tooMany],
      [
        'A6, A11: one less, one more', changes([{ alias: 'one-more', version: 0 }, { alias: 'alias-0', version: null }]),
        emits(added('one-more', 0), removed('alias-0', 0)),
      ],
      [
        'A11: one less, two more',
        changes([{ alias: 'b', version: 0 }, { alias: 'alias-0', version: null }, { alias: 'c', version: 0 }]), tooMany,
      ],
      [
        'A11: one that nobody holds makes no room',
        changes([{ alias: 'b', version: 0 }, { alias: 'nobody', version: null }]), tooMany,
      ],
    ],
  },

  RollBackAlias: {
    ...notFound('A7: there is none', rollBack('a')),
    empty: [['A7: was never given', rollBack('a'), unavailable('a', 'never_given')]],
    'with versions': [
      ['A7: to its former holder', rollBack('staging'), emits(moved('staging', 2, 0, 'rollback'))],
      ['A7: was never given', rollBack('a'), unavailable('a', 'never_given')],
      ['A4: as expected', rollBack('staging', { expected: 2 }), emits(moved('staging', 2, 0, 'rollback'))],
      ['A4: not as expected', rollBack('staging', { expected: 0 }), conflict('staging', 0, 2)],
      ['A4 before A7', rollBack('a', { expected: 0 }), conflict('a', 0, null)],
      ['N3: not latest', rollBack('latest'), reserved('latest')],
      ['N3: not a version', rollBack('v1'), reserved('v1')],
    ],
    'with a protected alias': [
      ['A9: only by a registry admin', rollBack('production'), isProtected],
      ['A7: there was none before', rollBack('production', admin), unavailable('production', 'no_former')],
      ['A9: not one that differs only in case', rollBack('Production', admin), confusable('Production')],
      ['A9: any other by any member', rollBack('staging'), emits(moved('staging', 2, 0, 'rollback'))],
    ],
    'with a protected alias that nobody holds': [
      ['A9: only by a registry admin', rollBack('production'), isProtected],
      ['A7: was never given', rollBack('production', admin), unavailable('production', 'never_given')],
    ],
    'created again': [['A7: what the one before had is forgotten', rollBack('staging'), unavailable('staging', 'never_given')]],
    full: [
      ['A11: to its last holder would be one more', rollBack('staging'), tooMany],
      ['A7: there was none before', rollBack('alias-0'), unavailable('alias-0', 'no_former')],
    ],
  },

  TagVersion: {
    ...notFound('N5: there is none', tag(0, 'a')),
    empty: [['N5: no such version', tag(0, 'a'), noVersion(0)]],
    'with versions': [
      ['N5: gets it', tag(0, 'a'), emits(versionTagged(0, 'a'))],
      ['N5: has it already', tag(0, 'fast'), changesNothing],
      ['N5: another one may have it too', tag(2, 'fast'), emits(versionTagged(2, 'fast'))],
      ['V5: was unlinked', tag(1, 'a'), noVersion(1)],
    ],
    'with a protected alias': [
      ['A9: what holds it', tag(0, 'a'), isProtected],
      ['A9: even one that it has already', tag(0, 'fast'), isProtected],
      ['A9: but by a registry admin', tag(0, 'a', admin), emits(versionTagged(0, 'a'))],
      ['A9: what does not', tag(2, 'a'), emits(versionTagged(2, 'a'))],
    ],
    'with a protected alias that nobody holds': [['A9: nobody holds it', tag(0, 'a'), emits(versionTagged(0, 'a'))]],
    'created again': [
      ['V1: a version of the one before', tag(0, 'a'), noVersion(0)],
      ['N5: its tags are its own', tag(3, 'fast'), emits(versionTagged(3, 'fast'))],
    ],
    full: [['A11: tags are no aliases', tag(0, 'a'), emits(versionTagged(0, 'a'))]],
  },

  UntagVersion: {
    ...notFound('N5: there is none', untag(0, 'fast')),
    empty: [['N5: no such version', untag(0, 'fast'), noVersion(0)]],
    'with versions': [
      ['N5: loses it', untag(0, 'fast'), emits(versionUntagged(0, 'fast'))],
      ['N5: did not have it', untag(2, 'fast'), changesNothing],
      ['V5: was unlinked', untag(1, 'fast'), noVersion(1)],
    ],
    'with a protected alias': [
      ['A9: what holds it', untag(0, 'fast'), isProtected],
      ['A9: but by a registry admin', untag(0, 'fast', admin), emits(versionUntagged(0, 'fast'))],
      ['A9: what does not', untag(2, 'fast'), changesNothing],
    ],
    'with a protected alias that nobody holds': [['A9: nobody holds it', untag(0, 'fast'), emits(versionUntagged(0, 'fast'))]],
    'created again': [['V1: a version of the one before', untag(0, 'fast'), noVersion(0)]],
    full: [['N5: loses it', untag(0, 'fast'), emits(versionUntagged(0, 'fast'))]],
  },

  ProtectAlias: {
    'never created': [['A10: a creation under way conflicts', protect('production'), emits(aliasProtected('production'))]],
    'registered, told of a protection': [
      ['A10: always, as that may have been long ago', protect('production'), emits(aliasProtected('production'))],
    ],
    deleted: [['A10: a creation under way conflicts', protect('production'), emits(aliasProtected('production'))]],
    'deleted, told of a protection since': [
      ['A10: always, as that may have been long ago', protect('production'), emits(aliasProtected('production'))],
    ],
    empty: [['A10: is told', protect('production'), emits(aliasProtected('production'))]],
    'with versions': [['A9: an alias in use is covered', protect('staging'), emits(aliasProtected('staging'))]],
    'with a protected alias': [['A10: knows it already', protect('production'), changesNothing]],
    'with a protected alias that nobody holds': [
      ['A10: knows it already', protect('production'), changesNothing],
      ['A10: one more', protect('staging'), emits(aliasProtected('staging'))],
    ],
    'created again': [['A10: is told', protect('production'), emits(aliasProtected('production'))]],
    full: [['A11: protection is no alias', protect('production'), emits(aliasProtected('production'))]],
  },

  UnprotectAlias: {
    'never created': [['A10: a creation under way conflicts', unprotect('production'), emits(aliasUnprotected('production'))]],
    'registered, told of a protection': [['A10: is told', unprotect('production'), emits(aliasUnprotected('production'))]],
    deleted: [['A10: a creation under way conflicts', unprotect('production'), emits(aliasUnprotected('production'))]],
    'deleted, told of a protection since': [['A10: is told', unprotect('production'), emits(aliasUnprotected('production'))]],
    empty: [['A10: did not know it', unprotect('production'), changesNothing]],
    'with versions': [['A10: did not know it', unprotect('staging'), changesNothing]],
    'with a protected alias': [['A10: is told', unprotect('production'), emits(aliasUnprotected('production'))]],
    'with a protected alias that nobody holds': [['A10: is told', unprotect('production'), emits(aliasUnprotected('production'))]],
    'created again': [['A10: did not know it', unprotect('production'), changesNothing]],
    full: [['A10: did not know it', unprotect('alias-0'), changesNothing]],
  },

  DeleteCollection: {
    ...notFound('C2: there is none', remove()),
    empty: [['C2: it alone', remove(), emits(collectionDeleted)]],
    'with versions': [['C2: one event for each alias, in order of name', remove(), emits(...deletion)]],
    'with a protected alias': [
      ['C2: only by a registry admin', remove(), isProtected],
      [
        'C2: by one', remove(admin),
        emits(
          removed('latest', 2, 'collection_deleted'), removed('production', 0, 'collection_deleted'),
          removed('staging', 2, 'collection_deleted'), collectionDeleted,
        ),
      ],
    ],
    'with a protected alias that nobody holds': [['C2: nobody holds it', remove(), emits(...deletion)]],
    'created again': [['C2: as any other', remove(), emits(removed('latest', 3, 'collection_deleted'), collectionDeleted)]],
    full: [
      [
        'C2, N8: 500 aliases by code point', remove(),
        emits(
          ...[...many, 'latest'].sort().map((alias) => removed(alias, alias === 'latest' ? 2 : 0, 'collection_deleted')),
          collectionDeleted,
        ),
      ],
    ],
  },

  CloseCollection: {
    'never created': [['C4: a creation under way conflicts', close(1), emits(collectionDeleted)]],
    'registered, told of a protection': [['C4: a creation under way conflicts', close(1), emits(collectionDeleted)]],
    deleted: [
      ['C4: this life has ended', close(1), changesNothing],
      ['C4: a creation of the next one conflicts', close(2), emits(collectionDeleted)],
    ],
    'deleted, told of a protection since': [
      ['C4: this life has ended', close(1), changesNothing],
      ['C4: a creation of the next one conflicts', close(2), emits(collectionDeleted)],
    ],
    empty: [['C4: is deleted', close(1), emits(collectionDeleted)]],
    'with versions': [['C4: is deleted', close(1), emits(...deletion)]],
    'with a protected alias': [
      [
        'C4: is deleted, whoever asked', close(1),
        emits(
          removed('latest', 2, 'collection_deleted'), removed('production', 0, 'collection_deleted'),
          removed('staging', 2, 'collection_deleted'), collectionDeleted,
        ),
      ],
    ],
    'with a protected alias that nobody holds': [['C4: is deleted', close(1), emits(...deletion)]],
    'created again': [
      ['C4: one that came later stays', close(1), changesNothing],
      ['C4: is deleted', close(2), emits(removed('latest', 3, 'collection_deleted'), collectionDeleted)],
    ],
    full: [['C4: one that came later stays', close(0), changesNothing]],
  },
};

testTable(collection, ({ type }) => type, states, table);
