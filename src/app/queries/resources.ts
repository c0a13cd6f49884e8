/** What the answers of commands show of the organization, registries and source artifacts. */
import { Resources } from '../commands/resources';
import { registriesSeenBy } from './artifacts';
import { Queries } from './queries';

type Shown = Pick<Resources, 'registry' | 'member' | 'sourceVersion' | 'team' | 'account' | 'key' | 'linkedIn'>;

export const createResources = (queries: Pick<Queries, 'organization' | 'registries' | 'artifacts'>): Shown => {
  const { organization, registries, artifacts } = queries;
  return {
    registry: ({ principal }, registry) => {
      const member = organization.callerOf(principal);
      return member && registries.getRegistry(member, registry, organization.organizationName());
    },
    member: registries.getMember,
    sourceVersion: (caller, artifact, version) =>
      artifacts.getSourceVersion(artifact, { type: 'Version', version }, registriesSeenBy(queries, caller)),
    team: organization.getTeam,
    account: organization.getAccount,
    key: organization.getKey,
    linkedIn: artifacts.linkedIn,
  };
};
