/** What the answers of commands show. */
import { isLeft } from 'fp-ts/Either';
import { Resources } from '../commands/resources';
import { registriesSeenBy } from './artifacts';
import { Queries } from './queries';
import { createShowVersion } from './versions';

export const createResources = (queries: Queries): Resources => {
  const { organization, registries, artifacts, collections } = queries;
  const show = createShowVersion(queries);
  return {
    registry: ({ principal }, registry) => {
      const member = organization.callerOf(principal);
      return member && registries.getRegistry(member, registry, organization.organizationName());
    },
    member: registries.getMember,
    collection: (registry, collection) =>
      collections.getCollection({ registry, collection }, organization.organizationName()),
    version: (registry, collection, version, role, at) => {
      const found = collections.getVersion({ registry, collection }, { type: 'Version', version }, at);
      return isLeft(found) ? undefined : show(found.right, role);
    },
    aliases: (registry, collection) => collections.getAliases({ registry, collection }) ?? [],
    sourceVersion: (caller, artifact, version) =>
      artifacts.getSourceVersion(artifact, { type: 'Version', version }, registriesSeenBy(queries, caller)),
    team: organization.getTeam,
    account: organization.getAccount,
    key: organization.getKey,
    linkedIn: artifacts.linkedIn,
  };
};
