/** What an empty store is given before anything else: the organization, its admin and the first registries (C5). */
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Either, isLeft, right } from 'fp-ts/Either';
import { v4 as uuid } from 'uuid';
import { CommandContext } from '../decider/execute';
import { ADMIN } from '../domain/organization/decide';
import { OrganizationCommand } from '../domain/organization/commands';
import { instantOf } from '../domain/values/instants';
import { ORGANIZATION_STREAM, registryStream } from '../domain/values/streams';
import { Aggregates } from './commands/aggregates';
import { hashOfKey, newKey } from './commands/organization';
import { ADMIN_KEY_RULE, isAdminKey } from './config';
import { CommandFailure } from './messages';

/** C5: each accepts the type of its name. */
const FIRST_REGISTRIES = ['model', 'dataset'];

export type AdminKey = {
  readonly key: string;
  /** The file that holds the key; undefined where it came from the settings. */
  readonly file?: string;
  readonly isNew: boolean;
};

/**
 * The key of `user:admin`: that of the settings or, for an embedded store, that of a file, which is made where there is
 * none. It is written before it counts, so that no key is ever known to the store alone, and whole or not at all.
 * @throws an Error of one line for a file that holds something else: a part of a key could be guessed
 */
export const adminKeyOf = (fromSettings: string | undefined, dataDir: string): AdminKey => {
  if (fromSettings !== undefined) return { key: fromSettings, isNew: false };
  const file = join(dataDir, 'admin-key');
  if (existsSync(file)) {
    const key = readFileSync(file, 'utf8').trim();
    if (isAdminKey(key)) return { key, file, isNew: false };
    throw new Error(`${file} must hold ${ADMIN_KEY_RULE}; put one there, or remove the file and have a new one made`);
  }
  const key = newKey();
  const unfinished = `${file}.new`;
  rmSync(unfinished, { force: true });
  writeFileSync(unfinished, `${key}\n`, { mode: 0o600, flag: 'wx', flush: true });
  renameSync(unfinished, file);
  return { key, file, isNew: true };
};

export const bootstrap = async (
  aggregates: Aggregates, organization: string, adminKey: string, now: () => number,
): Promise<Either<CommandFailure, null>> => {
  const context = (command: string): CommandContext => {
    const commandId = uuid();
    return { commandId, command, by: ADMIN, at: instantOf(now()), correlationId: commandId };
  };
  const onOrganization = (command: OrganizationCommand) =>
    aggregates.organization.execute(
      ORGANIZATION_STREAM, () => Promise.resolve(right(command)), context(command.type),
    );
  const founded = await onOrganization({ type: 'FoundOrganization', name: organization });
  if (isLeft(founded)) return founded;
  const hash = hashOfKey(adminKey);
  const set = await onOrganization({ type: 'SetAdminKey', id: hash.slice(0, 24), hash });
  if (isLeft(set)) return set;
  for (const name of FIRST_REGISTRIES) {
    const stream = registryStream(name);
    const known = await aggregates.registry.load(stream);
    if (isLeft(known)) return known;
    // Once deleted they do not come back; one that a kill kept from being made is made at the next start.
    if (known.right.head.revision >= 0) continue;
    const created = await aggregates.registry.execute(
      stream,
      () =>
        Promise.resolve(
          right({
            type: 'CreateRegistry', name, description: '', acceptedTypes: [name], visibility: 'organization',
            defaultRole: 'restricted_viewer', creator: ADMIN, creatorRole: 'admin',
          }),
        ),
      context('CreateRegistry'),
    );
    if (isLeft(created) && !(created.left.type === 'Rejected' && created.left.rejection.type === 'registry_exists'))
      return created;
  }
  return right(null);
};
