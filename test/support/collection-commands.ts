/** Commands to a collection, of which a test says only what matters to it. */
import { CollectionCommand, Shelf, Source } from '../../src/domain/collection/commands';

type CommandOf<T extends CollectionCommand['type']> = CollectionCommand & { type: T };
type Rest<T extends CollectionCommand['type']> = Partial<Omit<CommandOf<T>, 'type'>>;

export const aShelf = (shelf: Partial<Shelf> = {}): Shelf => ({ acceptedTypes: 'any', protectedAliases: [], ...shelf });

export const aSource = (version: number, source: Partial<Source> = {}): Source => ({
  name: `vision/zoo/animals:v${version}`,
  digest: `sha256:${version}`,
  type: 'model',
  owner: 'team',
  ...source,
});

export const create = (rest: Rest<'CreateCollection'> = {}): CommandOf<'CreateCollection'> => ({
  type: 'CreateCollection', registry: 'models', name: 'zoo', artifactType: 'model', description: '', tags: [],
  shelf: aShelf(), ...rest,
});

export const change = (rest: Rest<'ChangeCollection'> = {}): CommandOf<'ChangeCollection'> => ({
  type: 'ChangeCollection', addTags: [], removeTags: [], ...rest,
});

export const link = (source: number, rest: Rest<'LinkArtifactVersion'> = {}): CommandOf<'LinkArtifactVersion'> => ({
  type: 'LinkArtifactVersion', registry: 'models', name: 'zoo', source: aSource(source), aliases: [], role: 'member',
  teams: ['vision'], shelf: aShelf(), ...rest,
});

export const unlink = (version: number, rest: Rest<'UnlinkVersion'> = {}): CommandOf<'UnlinkVersion'> => ({
  type: 'UnlinkVersion', version, role: 'member', ...rest,
});

export const add = (alias: string, version: number, rest: Rest<'AddAlias'> = {}): CommandOf<'AddAlias'> => ({
  type: 'AddAlias', alias, version, role: 'member', ...rest,
});

export const take = (alias: string, rest: Rest<'RemoveAlias'> = {}): CommandOf<'RemoveAlias'> => ({
  type: 'RemoveAlias', alias, role: 'member', ...rest,
});

export const changes = (
  of: CommandOf<'ChangeAliases'>['changes'], rest: Rest<'ChangeAliases'> = {},
): CommandOf<'ChangeAliases'> => ({ type: 'ChangeAliases', changes: of, role: 'member', ...rest });

export const rollBack = (alias: string, rest: Rest<'RollBackAlias'> = {}): CommandOf<'RollBackAlias'> => ({
  type: 'RollBackAlias', alias, role: 'member', ...rest,
});

export const tag = (version: number, name: string, rest: Rest<'TagVersion'> = {}): CommandOf<'TagVersion'> => ({
  type: 'TagVersion', version, tag: name, role: 'member', ...rest,
});

export const untag = (version: number, name: string, rest: Rest<'UntagVersion'> = {}): CommandOf<'UntagVersion'> => ({
  type: 'UntagVersion', version, tag: name, role: 'member', ...rest,
});

export const protect = (alias: string): CommandOf<'ProtectAlias'> => ({ type: 'ProtectAlias', alias });
export const unprotect = (alias: string): CommandOf<'UnprotectAlias'> => ({ type: 'UnprotectAlias', alias });

export const remove = (rest: Rest<'DeleteCollection'> = {}): CommandOf<'DeleteCollection'> => ({
  type: 'DeleteCollection', role: 'member', ...rest,
});

export const close = (life: number): CommandOf<'CloseCollection'> => ({ type: 'CloseCollection', life });
