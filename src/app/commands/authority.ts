/** Who may do what, judged at the heads of the streams that say so (R1), never by a read model. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import { CommandContext } from '../../decider/execute';
import { rejected } from '../../decider/failure';
import { keyIsValid, Membership, membershipOf, ownerKind } from '../../domain/organization/membership';
import { OrganizationState } from '../../domain/organization/state';
import { roleIn } from '../../domain/registry/roles';
import { LiveRegistry, RegistryState } from '../../domain/registry/state';
import { atLeast, RegistryRole } from '../../domain/values/principals';
import { ORGANIZATION_STREAM, registryStream } from '../../domain/values/streams';
import { Caller, CommandFailure, Rejection } from '../messages';
import { Aggregate, Aggregates } from './aggregates';

export type Judged<A> = Either<CommandFailure, A>;

/** What a command's events say of the revisions that it was judged by. */
export type JudgedBy = Readonly<Record<string, number>>;

export type InOrganization = {
  readonly organization: OrganizationState;
  readonly member: Membership;
  readonly judgedBy: JudgedBy;
};

export type InRegistry = InOrganization & { readonly registry: LiveRegistry; readonly role: RegistryRole };

export const refuse = (rejection: Rejection): Judged<never> => left(rejected(rejection));

/** The context of a command's append, with what it was judged by. */
export const judged = (context: CommandContext, command: string, judgedBy?: JudgedBy): CommandContext => ({
  ...context,
  command,
  ...(judgedBy === undefined ? {} : { judgedBy }),
});

const withRevision = (stream: string, revision: number): JudgedBy => (revision < 0 ? {} : { [stream]: revision });

/** What the caller is now, and that its key is still good. */
const inState = (
  organization: OrganizationState, revision: number, caller: Caller, now: string,
): Judged<InOrganization> => {
  const member = membershipOf(organization, caller.principal);
  if (member === undefined || !keyIsValid(organization, caller.keyHash, now)) return refuse({ type: 'unauthenticated' });
  return right({ organization, member, judgedBy: withRevision(ORGANIZATION_STREAM, revision) });
};

export type Judge = {
  /** Any principal of the organization. */
  readonly inOrganization: (caller: Caller, now: string) => Promise<Judged<InOrganization>>;
  /** Who has at least this role in the registry; it does not exist for one who has none. */
  readonly inRegistry: (caller: Caller, registry: string, needed: RegistryRole, now: string) => Promise<Judged<InRegistry>>;
};

export const createJudge = ({ organization, registry }: Aggregates): Judge => {
  const inOrganization: Judge['inOrganization'] = async (caller, now) => {
    const loaded = await organization.load(ORGANIZATION_STREAM);
    return isLeft(loaded) ? loaded : inState(loaded.right.state, loaded.right.head.revision, caller, now);
  };
  return {
    inOrganization,
    inRegistry: async (caller, name, needed, now) => {
      const stream = registryStream(name);
      const [found, loaded] = await Promise.all([inOrganization(caller, now), registry.load(stream)]);
      if (isLeft(found)) return found;
      if (isLeft(loaded)) return loaded;
      const state: RegistryState = loaded.right.state;
      const role = roleIn(state, found.right.member);
      if (state.type !== 'Live' || role === undefined) return refuse({ type: 'registry_not_found' });
      if (!atLeast(role, needed)) return refuse({ type: 'forbidden', role: `${needed} of the registry` });
      const judgedBy = { ...found.right.judgedBy, ...withRevision(stream, loaded.right.head.revision) };
      return right({ ...found.right, registry: state, role, judgedBy });
    },
  };
};

/**
 * A refusal, unless an earlier try of the command has recorded something in the stream: that one was judged, and may have
 * taken away what the command is judged by.
 */
export const unlessRecorded = async <C, S, E, R extends Rejection>(
  { execute }: Pick<Aggregate<C, S, E, R>, 'execute'>, stream: string, refused: Judged<never>, context: CommandContext,
): Promise<Judged<unknown>> =>
  context.since === undefined ? refused : execute(stream, () => Promise.resolve(refused), context);

/** S6: whether sources of an entity can be read, linked and deleted by a member. */
export const mayReadSources = ({ organization, member }: InOrganization, entity: string): boolean => {
  const kind = ownerKind(organization, entity);
  if (kind === undefined) return false;
  return (
    member.organizationRole === 'admin' ||
    (kind === 'team' ? member.teams.includes(entity) : member.principal === `user:${entity}`)
  );
};
