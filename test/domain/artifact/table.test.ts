/** Every command in every state of a source artifact. */
import { artifact } from '../../../src/domain/artifact';
import { ArtifactCommand } from '../../../src/domain/artifact/commands';
import { ArtifactEvent, SourceCause } from '../../../src/domain/artifact/events';
import { ArtifactRejection } from '../../../src/domain/artifact/rejections';
import { changesNothing, emits, rejects, Row, Table, testTable } from '../../support/table';

type EventNamed<T extends ArtifactEvent['type']> = ArtifactEvent & { type: T };
type CommandNamed<T extends ArtifactCommand['type']> = ArtifactCommand & { type: T };

const logged = (
  version: number, digest: string, data: Partial<EventNamed<'ArtifactLogged'>['data']> = {},
): EventNamed<'ArtifactLogged'> => ({
  type: 'ArtifactLogged',
  data: { version, type: 'model', digest, uri: null, sizeBytes: null, metadata: {}, metrics: {}, run: null, ...data },
});
const added = (alias: string, to: number, cause: SourceCause): EventNamed<'AliasAdded'> => ({
  type: 'AliasAdded', data: { alias, to, cause },
});
const moved = (alias: string, from: number, to: number, cause: SourceCause): EventNamed<'AliasMoved'> => ({
  type: 'AliasMoved', data: { alias, from, to, cause },
});
const removed = (alias: string, from: number, cause: SourceCause): EventNamed<'AliasRemoved'> => ({
  type: 'AliasRemoved', data: { alias, from, cause },
});
const deleted = (version: number): EventNamed<'ArtifactVersionDeleted'> => ({
  type: 'ArtifactVersionDeleted', data: { version },
});

const log = (digest: string, rest: Partial<CommandNamed<'LogArtifact'>> = {}): CommandNamed<'LogArtifact'> => ({
  type: 'LogArtifact', artifactType: 'model', digest, uri: null, sizeBytes: null, metadata: {}, metrics: {}, run: null,
  aliases: [], ...rest,
});
const add = (alias: string, version: number): CommandNamed<'AddSourceAlias'> => ({ type: 'AddSourceAlias', alias, version });
const take = (alias: string): CommandNamed<'RemoveSourceAlias'> => ({ type: 'RemoveSourceAlias', alias });
const remove = (version: number): CommandNamed<'DeleteArtifactVersion'> => ({ type: 'DeleteArtifactVersion', version });

const many = Array.from({ length: 499 }, (_, index) => `alias-${index}`);

const used: ReadonlyArray<ArtifactEvent> = [
  logged(0, 'a'), added('latest', 0, 'log'),
  logged(1, 'b'), moved('latest', 0, 1, 'log'), added('best', 1, 'log'),
  logged(2, 'c'), moved('latest', 1, 2, 'log'),
];

const states = {
  Absent: { 'never logged': [] },
  Existing: {
    'with versions': used,
    'without its newest': [...used, moved('latest', 2, 1, 'delete'), deleted(2)],
    'without any version': [
      ...used,
      removed('best', 1, 'delete'), deleted(1), deleted(0), removed('latest', 2, 'delete'), deleted(2),
    ],
    full: [logged(0, 'a'), added('latest', 0, 'log'), ...many.map((alias) => added(alias, 0, 'change'))],
  },
} as const;

const notFound = rejects<ArtifactRejection>({ type: 'artifact_not_found' });
const noVersion = rejects<ArtifactRejection>({ type: 'artifact_version_not_found' });
const tooMany = rejects<ArtifactRejection>({ type: 'too_many_aliases', limit: 500 });
const reserved = (alias: string) => rejects<ArtifactRejection>({ type: 'alias_reserved', alias });

type LogRow = Row<CommandNamed<'LogArtifact'>, ArtifactEvent, ArtifactRejection>;
const otherType: LogRow = [
  'S1: its type never changes', log('d', { artifactType: 'dataset' }),
  rejects({ type: 'type_mismatch', expected: 'model', actual: 'dataset' }),
];

const table: Table<ArtifactCommand, typeof states, ArtifactEvent, ArtifactRejection> = {
  LogArtifact: {
    'never logged': [
      ['S1, A2: v0 becomes latest', log('a'), emits(logged(0, 'a'), added('latest', 0, 'log'))],
      [
        'S1: with all that it is logged with',
        log('a', {
          uri: 's3://a', sizeBytes: 12, metadata: { deep: { er: [1, null] } }, metrics: { accuracy: 0.5 }, run: 'vision/zoo/r',
          aliases: ['best'],
        }),
        emits(
          logged(0, 'a', {
            uri: 's3://a', sizeBytes: 12, metadata: { deep: { er: [1, null] } }, metrics: { accuracy: 0.5 }, run: 'vision/zoo/r',
          }),
          added('latest', 0, 'log'), added('best', 0, 'log'),
        ),
      ],
      ['N3, S3: a reserved alias refuses it all', log('a', { aliases: ['best', 'V7'] }), reserved('V7')],
      [
        'A11: 499 aliases and latest', log('a', { aliases: many }),
        emits(logged(0, 'a'), added('latest', 0, 'log'), ...many.map((alias) => added(alias, 0, 'log'))),
      ],
      ['A11: and no more', log('a', { aliases: [...many, 'one-more'] }), tooMany],
    ],
    'with versions': [
      ['S1, A2: the next version', log('d'), emits(logged(3, 'd'), moved('latest', 2, 3, 'log'))],
      ['S1: the digest of the newest adds none', log('c'), changesNothing],
      [
        'S1: and its aliases are applied', log('c', { aliases: ['best', 'new'] }),
        emits(moved('best', 1, 2, 'log'), added('new', 2, 'log')),
      ],
      ['S1: the digest of an older one is a new version', log('b'), emits(logged(3, 'b'), moved('latest', 2, 3, 'log'))],
      ['A3: an alias of another moves', log('d', { aliases: ['best'] }), emits(logged(3, 'd'), moved('latest', 2, 3, 'log'), moved('best', 1, 3, 'log'))],
      otherType,
      ['S1: not even for the digest that it has', log('c', { artifactType: 'dataset' }), otherType[2]],
    ],
    'without its newest': [
      ['V1, S1: no number is used twice', log('c'), emits(logged(3, 'c'), moved('latest', 1, 3, 'log'))],
      ['S1: the digest of the newest that remains adds none', log('b'), changesNothing],
      otherType,
    ],
    'without any version': [
      ['V1, S1: no number is used twice', log('c'), emits(logged(3, 'c'), added('latest', 3, 'log'))],
      ['A11: 500 beside latest are too many', log('c', { aliases: [...many, 'one-more'] }), tooMany],
      otherType,
    ],
    full: [
      ['A11: without aliases it is full of', log('d'), emits(logged(1, 'd'), moved('latest', 0, 1, 'log'))],
      ['A11: not with one more', log('d', { aliases: ['one-more'] }), tooMany],
      ['A11: nor for the digest that it has', log('a', { aliases: ['one-more'] }), tooMany],
      ['A3: with one that it has', log('a', { aliases: ['alias-0'] }), changesNothing],
    ],
  },

  AddSourceAlias: {
    'never logged': [['S3: there is none', add('best', 0), notFound]],
    'with versions': [
      ['S3, A1: nobody holds it', add('new', 0), emits(added('new', 0, 'change'))],
      ['S3, A3: another version holds it', add('best', 0), emits(moved('best', 1, 0, 'change'))],
      ['S3, A3: it holds it', add('best', 1), changesNothing],
      ['S3: no such version', add('best', 3), noVersion],
      ['S3, N3: not latest', add('LATEST', 0), reserved('LATEST')],
      ['S3: 404 before 422', add('latest', 3), noVersion],
    ],
    'without its newest': [
      ['S4: to the one that was deleted', add('new', 2), noVersion],
      ['S3: to another', add('best', 0), emits(moved('best', 1, 0, 'change'))],
    ],
    'without any version': [['S4: to one that was deleted', add('new', 0), noVersion]],
    full: [
      ['A11: one that it has', add('alias-0', 0), changesNothing],
      ['A11: one more', add('one-more', 0), tooMany],
    ],
  },

  RemoveSourceAlias: {
    'never logged': [['S3: there is none', take('best'), notFound]],
    'with versions': [
      ['S3, A5: its holder', take('best'), emits(removed('best', 1, 'change'))],
      ['S3, A5: nobody holds it', take('new'), rejects({ type: 'alias_not_found', alias: 'new' })],
      ['S3, N3: not latest', take('latest'), reserved('latest')],
    ],
    'without its newest': [['S3, A5: its holder', take('best'), emits(removed('best', 1, 'change'))]],
    'without any version': [['S4: it went with its version', take('best'), rejects({ type: 'alias_not_found', alias: 'best' })]],
    full: [['A11: makes room', take('alias-0'), emits(removed('alias-0', 0, 'change'))]],
  },

  DeleteArtifactVersion: {
    'never logged': [['S4: there is none', remove(0), notFound]],
    'with versions': [
      ['S1, V5: without aliases', remove(0), emits(deleted(0))],
      ['S1, V5: takes its aliases', remove(1), emits(removed('best', 1, 'delete'), deleted(1))],
      ['S1, V5: latest goes to the highest that remains', remove(2), emits(moved('latest', 2, 1, 'delete'), deleted(2))],
      ['S4: no such version', remove(3), noVersion],
    ],
    'without its newest': [
      ['S4: was deleted before', remove(2), noVersion],
      [
        'S1, V5: in order of name', remove(1),
        emits(removed('best', 1, 'delete'), moved('latest', 1, 0, 'delete'), deleted(1)),
      ],
    ],
    'without any version': [['S4: was deleted before', remove(0), noVersion]],
    full: [
      [
        'S1, V5, N8: 500 aliases by code point; latest goes nowhere', remove(0),
        emits(...[...many, 'latest'].sort().map((alias) => removed(alias, 0, 'delete')), deleted(0)),
      ],
    ],
  },
};

testTable(artifact, ({ type }) => type, states, table);
