/** The organization that may stand in front of a name: a deployment has one, and another's is not found (N7). */
import { isRight } from 'fp-ts/Either';
import { organizationEvents } from '../domain/organization/events';
import { ORGANIZATION_STREAM } from '../domain/values/streams';
import { decode } from '../event-store/history/history';
import { EventReader } from '../event-store/embedded/reading';
import { failed } from './exit';

const decodeOrganization = decode(organizationEvents);

/** The organization's name; undefined before it was founded. */
export const organizationIn = async (source: Pick<EventReader, 'readStream'>): Promise<string | undefined> => {
  for await (const stored of source.readStream(ORGANIZATION_STREAM, { limit: 1 })) {
    const founded = decodeOrganization(stored);
    if (isRight(founded) && founded.right.event.type === 'OrganizationFounded') return founded.right.event.data.name;
  }
  return undefined;
};

/** @throws Stop where another organization was written */
export const requireOrganization = async (
  { organization }: { readonly organization?: string } | undefined = {}, name: () => Promise<string | undefined>,
): Promise<void> => {
  if (organization !== undefined && organization !== (await name()))
    throw failed(`there is no organization "${organization}" here`);
};
