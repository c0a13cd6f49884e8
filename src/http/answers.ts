/**
 * The resources of `api.md` as the API shows them. Queries and commands answer them ready to be shown; these codecs say
 * so in the OpenAPI document, and hold answers to it in tests.
 */
import { right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { described, exactly, JsonSchema, listOf, orNull } from '../domain/values/described';
import { registryRoles } from '../domain/values/principals';
import { visibilities } from '../domain/values/visibility';

/** A resource, ready to be shown. */
export type Resource = Readonly<Record<string, unknown>>;

/** As the codec describes it; what is answered is not encoded again. */
const shown = <C extends t.Mixed & { readonly required: t.Props; readonly optional: t.Props }>(name: string, codec: C) =>
  Object.assign(
    new t.Type<Resource, Resource, unknown>(
      name,
      (value): value is Resource => typeof value === 'object' && value !== null,
      (value, context) => codec.validate(value, context),
      (value) => value,
    ),
    { required: codec.required, optional: codec.optional },
  );

/** A text of the API, ready to be shown. */
const textOf = (name: string, schema: JsonSchema) =>
  described<string>(
    name,
    { type: 'string', ...schema },
    (value) => (typeof value === 'string' ? right(value) : { _tag: 'Left', left: 'must be a string' }),
    (value) => value,
  );

const Text = textOf('Text', {});
const ShownVersion = textOf('ShownVersion', { pattern: '^v(0|[1-9][0-9]*)$', examples: ['v3'] });
const ShownInstant = textOf('ShownInstant', { format: 'date-time', examples: ['2026-01-31T09:00:00.000Z'] });
const Count = described<number>(
  'Count',
  { type: 'integer', minimum: 0 },
  (value) => (typeof value === 'number' ? right(value) : { _tag: 'Left', left: 'must be a number' }),
  (value) => value,
);
const AnyJson = described<unknown>('AnyJson', {}, (value) => right(value), (value) => value, (_value): _value is unknown => true);
const Role = textOf('Role', { enum: [...registryRoles] });
const Names = listOf(Text, { max: 10_000 });

/** Where in the whole log an answer stands. */
const position = { position: textOf('Position', { examples: ['0f3a9c21-1042'] }) };

const registry = {
  name: Text,
  targetPath: Text,
  description: Text,
  acceptedTypes: t.union([t.literal('any'), Names]),
  visibility: textOf('ShownVisibility', { enum: [...visibilities] }),
  defaultRole: Role,
  protectedAliases: Names,
  collections: Count,
  role: Role,
  createdAt: ShownInstant,
  createdBy: Text,
};
export const Registry = shown('Registry', exactly(registry));
export const RegistryChanged = shown('RegistryChanged', exactly({ ...registry, ...position }));

const member = { principal: Text, role: orNull(Role), since: orNull(ShownInstant), by: orNull(Text) };
export const Member = shown('Member', exactly(member));
export const MemberChanged = shown('MemberChanged', exactly({ ...member, ...position }));

export const Changed = shown('Changed', exactly(position));
export const ProtectedAliases = shown('ProtectedAliases', exactly({ protectedAliases: Names, ...position }));

const heldAlias = {
  alias: Text,
  version: ShownVersion,
  kind: textOf('AliasKind', { enum: ['default', 'custom'] }),
  protected: t.boolean,
  since: ShownInstant,
  by: Text,
};
const HeldAlias = shown('HeldAlias', exactly(heldAlias));
export const AliasMap = shown('AliasMap', exactly({ items: listOf(HeldAlias, { max: 10_000 }) }));

const collectionInList = {
  registry: Text,
  name: Text,
  targetPath: Text,
  type: Text,
  description: Text,
  tags: Names,
  versions: Count,
  nextVersion: ShownVersion,
  createdAt: ShownInstant,
  createdBy: Text,
  updatedAt: ShownInstant,
};
const collection = { ...collectionInList, aliases: listOf(HeldAlias, { max: 10_000 }) };
export const CollectionInList = shown('CollectionInList', exactly(collectionInList));
export const Collection = shown('Collection', exactly(collection));
export const CollectionChanged = shown('CollectionChanged', exactly({ ...collection, ...position }));

const metrics = described<Resource>(
  'ShownMetrics',
  { type: 'object', additionalProperties: { type: 'number' } },
  (value) => right(value as Resource),
  (value) => value,
);
const metadata = described<Resource>('ShownMetadata', { type: 'object' }, (value) => right(value as Resource), (value) => value);

const source = {
  name: Text,
  entity: Text,
  project: Text,
  artifact: Text,
  version: ShownVersion,
  digest: Text,
  uri: orNull(Text),
  sizeBytes: orNull(Count),
  metadata,
  metrics,
  run: orNull(Text),
  available: t.boolean,
};
const version = {
  fullName: Text,
  registry: Text,
  collection: Text,
  version: ShownVersion,
  type: Text,
  aliases: Names,
  protected: t.boolean,
  tags: Names,
  source: shown('Source', exactly(source)),
  run: orNull(Text),
  linkedAt: ShownInstant,
  linkedBy: Text,
};
export const LinkedVersion = shown('LinkedVersion', exactly(version));
export const LinkedVersionChanged = shown('LinkedVersionChanged', exactly({ ...version, ...position }));
export const ResolvedVersion = shown('ResolvedVersion', exactly({ ...version, resolvedAt: ShownInstant }));

export const AliasChanged = shown(
  'AliasChanged',
  exactly({ alias: Text, version: orNull(ShownVersion), previous: orNull(ShownVersion), changed: t.boolean, ...position }),
);
const aliasMove = shown('AliasMove', exactly({ alias: Text, from: orNull(ShownVersion), to: orNull(ShownVersion) }));
export const AliasesChanged = shown(
  'AliasesChanged',
  exactly({ aliases: listOf(HeldAlias, { max: 10_000 }), changes: listOf(aliasMove, { max: 100 }), ...position }),
);
export const AliasMoveInHistory = shown(
  'AliasMoveInHistory',
  exactly({
    alias: Text,
    from: orNull(ShownVersion),
    to: orNull(ShownVersion),
    cause: Text,
    at: ShownInstant,
    by: Text,
    reason: orNull(Text),
    command: Text,
    causation: Text,
    correlation: Text,
    revision: Count,
    ...position,
  }),
);

export const UsageRecorded = shown('UsageRecorded', exactly({ run: Text, version: ShownVersion, ...position }));
const node = shown('LineageNode', exactly({ id: Text, kind: textOf('NodeKind', { enum: ['run', 'source', 'version'] }), name: Text }));
const edge = shown(
  'LineageEdge',
  exactly({ from: Text, to: Text, kind: textOf('EdgeKind', { enum: ['produced', 'linked', 'used'] }), at: ShownInstant }),
);
export const Lineage = shown('Lineage', exactly({ nodes: listOf(node, { max: 3000 }), edges: listOf(edge, { max: 3000 }) }));
export const MetricsCompared = shown(
  'MetricsCompared',
  exactly({
    versions: listOf(ShownVersion, { max: 100 }),
    metrics: described<Resource>(
      'MetricsByName',
      { type: 'object', additionalProperties: { type: 'array', items: { type: ['number', 'null'] } } },
      (value) => right(value as Resource),
      (value) => value,
    ),
  }),
);

export const Change = shown(
  'Change',
  exactly(
    {
      type: Text,
      stream: Text,
      revision: Count,
      ...position,
      at: ShownInstant,
      by: Text,
      command: Text,
      causation: Text,
      correlation: Text,
      reason: orNull(Text),
      data: AnyJson,
    },
    { registry: Text, collection: Text },
  ),
);
const linkedInDiff = shown('LinkedInDiff', exactly({ collection: Text, version: ShownVersion, source: Text }));
const aliasInDiff = shown(
  'AliasInDiff',
  exactly({ collection: Text, alias: Text, from: orNull(ShownVersion), to: orNull(ShownVersion) }),
);
const MANY = { max: Number.MAX_SAFE_INTEGER };
export const Diff = shown(
  'Diff',
  exactly({ linked: listOf(linkedInDiff, MANY), unlinked: listOf(linkedInDiff, MANY), aliases: listOf(aliasInDiff, MANY) }),
);
export const Verification = shown(
  'Verification',
  exactly({
    ok: t.boolean,
    events: Count,
    head: Text,
    problems: listOf(shown('VerificationProblem', exactly({ revision: Count, message: Text })), MANY),
  }),
);

const sourceVersion = {
  name: Text,
  entity: Text,
  project: Text,
  artifact: Text,
  version: ShownVersion,
  type: Text,
  digest: Text,
  uri: orNull(Text),
  sizeBytes: orNull(Count),
  metadata,
  metrics,
  run: orNull(Text),
  aliases: Names,
  available: t.boolean,
  loggedAt: ShownInstant,
  loggedBy: Text,
  links: listOf(shown('Link', exactly({ registry: Text, collection: Text, version: ShownVersion })), MANY),
};
export const SourceVersion = shown('SourceVersion', exactly(sourceVersion));
export const SourceVersionChanged = shown('SourceVersionChanged', exactly({ ...sourceVersion, ...position }));
export const Entity = shown('Entity', exactly({ name: Text, kind: textOf('EntityKind', { enum: ['team', 'user'] }) }));
export const Project = shown('Project', exactly({ name: Text }));
export const Artifact = shown('Artifact', exactly({ name: Text, type: Text, versions: Count }));

const team = { name: Text, members: Names };
export const Team = shown('Team', exactly(team));
export const TeamChanged = shown('TeamChanged', exactly({ ...team, ...position }));
const account = { name: Text, role: Text, disabled: t.boolean };
export const Account = shown('Account', exactly(account));
export const AccountChanged = shown('AccountChanged', exactly({ ...account, ...position }));
const key = { id: Text, principal: Text, label: Text, createdAt: ShownInstant, expiresAt: orNull(ShownInstant) };
export const Key = shown('Key', exactly(key, { lastUsedAt: orNull(ShownInstant) }));
export const KeyCreated = shown('KeyCreated', exactly({ ...key, key: orNull(Text), ...position }));
export const Organization = shown('Organization', exactly({ name: Text }));
export const WhoAmI = shown('WhoAmI', exactly({ principal: Text, organizationRole: Text, teams: Names }));
