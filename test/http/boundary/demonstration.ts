/** A small application of a few operations, to see the boundary by. */
import { Writable } from 'node:stream';
import { Controller, Module } from '@nestjs/common';
import { FastifyInstance } from 'fastify';
import * as t from 'io-ts';
import { pino } from 'pino';
import { exactly, listOf, orNull } from '../../../src/domain/values/described';
import { QueryInstant } from '../../../src/domain/values/instants';
import { Metadata } from '../../../src/domain/values/json';
import { AliasName, ArtifactType, CollectionName, Reason, RegistryName, Tag, text } from '../../../src/domain/values/names';
import { FullName } from '../../../src/domain/values/paths';
import { Principal } from '../../../src/domain/values/principals';
import { SourceRef, Version } from '../../../src/domain/values/versions';
import {
  answer,
  AUTHENTICATE,
  Authenticate,
  Caller,
  createHttpApp,
  DecodedRequest,
  Handles,
  HttpOptions,
  operation,
  page,
  pageOf,
  problem,
  ReplyTo,
} from '../../../src/http/boundary';

export const KEY = 'mk_a-good-key';

const Position = text('Position', { max: 100 });

const moveAlias = operation({
  id: 'moveAlias',
  method: 'PUT',
  path: '/registries/:registry/collections/:collection/aliases/:alias',
  tag: 'Aliases',
  summary: 'Give an alias to a version',
  kind: 'command',
  params: { registry: RegistryName, collection: CollectionName, alias: AliasName },
  body: exactly({ version: Version }, { expected: orNull(Version), reason: Reason }),
  answers: {
    200: exactly({ alias: AliasName, version: Version, previous: orNull(Version), changed: t.boolean, position: Position }),
  },
  codes: ['alias_conflict', 'alias_protected'],
});

const linkVersion = operation({
  id: 'linkVersion',
  method: 'POST',
  path: '/registries/:registry/collections/:collection/versions',
  tag: 'Linking and versions',
  summary: 'Link a source version',
  kind: 'command',
  params: { registry: RegistryName, collection: CollectionName },
  body: exactly(
    { source: SourceRef },
    {
      aliases: listOf(AliasName, { max: 100, unique: true }),
      acceptedTypes: t.union([t.literal('any'), listOf(ArtifactType, { max: 100, unique: true })]),
      metadata: Metadata,
      by: exactly({ principal: Principal }),
    },
  ),
  answers: { 200: exactly({ received: t.unknown }), 201: exactly({ received: t.unknown }) },
  codes: [],
});

const removeAlias = operation({
  id: 'removeAlias',
  method: 'DELETE',
  path: '/registries/:registry/collections/:collection/aliases/:alias',
  tag: 'Aliases',
  summary: 'Take an alias away',
  kind: 'command',
  params: { registry: RegistryName, collection: CollectionName, alias: AliasName },
  query: exactly({}, { expected: Version, reason: Reason }),
  answers: { 200: exactly({ alias: AliasName, by: Principal, position: Position }) },
  codes: ['alias_not_found'],
});

const listTags = operation({
  id: 'listTags',
  method: 'GET',
  path: '/registries/:registry/tags',
  tag: 'Registries',
  summary: 'The tags of a registry',
  kind: 'query',
  params: { registry: RegistryName },
  query: exactly({}, { name: Tag }),
  paging: t.tuple([t.string]),
  answers: { 200: pageOf(Tag) },
  codes: ['registry_not_found'],
});

const resolve = operation({
  id: 'resolve',
  method: 'GET',
  path: '/resolve',
  tag: 'Aliases',
  summary: 'Which version a name stands for',
  kind: 'query',
  query: exactly({ name: FullName }, { at: QueryInstant }),
  answers: { 200: exactly({ version: Version, resolvedAt: QueryInstant }, { at: QueryInstant }) },
  codes: ['alias_not_found'],
  etag: true,
});

const exportEvents = operation({
  id: 'exportEvents',
  method: 'GET',
  path: '/registries/:registry/events',
  tag: 'Audit',
  summary: 'Events, a line each',
  kind: 'query',
  params: { registry: RegistryName },
  answers: { 200: exactly({ revision: t.number }) },
  codes: [],
  media: 'application/x-ndjson',
});

const whoever = operation({
  id: 'whoever',
  method: 'POST',
  path: '/whoever',
  tag: 'Open',
  summary: 'Needs no key',
  kind: 'open',
  answers: { 204: null },
  codes: [],
});

const stray = operation({
  id: 'stray',
  method: 'GET',
  path: '/stray/:how',
  tag: 'Open',
  summary: 'Answers what it is not described to',
  kind: 'open',
  params: { how: Tag },
  answers: { 200: exactly({ name: Tag }) },
  codes: [],
});

const tags = Array.from({ length: 120 }, (_, i) => `tag-${String(i).padStart(3, '0')}`);

@Controller()
class DemonstrationController {
  @Handles(moveAlias)
  async move(request: DecodedRequest<typeof moveAlias>): ReplyTo<typeof moveAlias> {
    const { alias } = request.params;
    if (alias === 'broken') throw new Error('a secret of the inside');
    if (alias === 'production')
      return problem('alias_conflict', 'v4 holds it; ask again with expected v4.', { alias, expected: null, actual: 'v4' });
    return answer(200, { alias, version: request.body.version, previous: null, changed: true, position: '7' });
  }

  @Handles(linkVersion)
  async link({ params, body, headers }: DecodedRequest<typeof linkVersion>): ReplyTo<typeof linkVersion> {
    return answer(201, { received: { params, body, headers } });
  }

  @Handles(removeAlias)
  async remove(request: DecodedRequest<typeof removeAlias>, caller: Caller): ReplyTo<typeof removeAlias> {
    if (request.params.alias === 'nobody') throw problem('alias_not_found', 'Nobody holds it.');
    return answer(200, { alias: request.params.alias, by: caller.principal, position: '8' });
  }

  @Handles(listTags)
  async list(request: DecodedRequest<typeof listTags>): ReplyTo<typeof listTags> {
    const [after] = request.page.after ?? [''];
    const found = tags.filter((tag) => tag > after && tag.startsWith(request.query.name ?? ''));
    const { limit } = request.page;
    const shown = { items: found.slice(0, limit), more: found.length > limit };
    return answer(200, page(shown, request.page, (tag): [string] => [tag]), { position: '9' });
  }

  private asked = 0;

  @Handles(resolve)
  async resolve({ query }: DecodedRequest<typeof resolve>): ReplyTo<typeof resolve> {
    const resolvedAt = new Date(this.asked++).toISOString();
    return answer(200, { version: 7, resolvedAt, ...(query.at ? { at: query.at } : {}) }, { position: '9' });
  }

  @Handles(exportEvents)
  async export(): ReplyTo<typeof exportEvents> {
    return answer(200, lines());
  }

  @Handles(stray)
  async strays({ params }: DecodedRequest<typeof stray>): ReplyTo<typeof stray> {
    return params.how === 'problem' ? problem('last_admin', 'No.') : answer(200, { name: '?' });
  }

  @Handles(whoever)
  async whoever(): ReplyTo<typeof whoever> {
    return answer(204, null);
  }
}

async function* lines(): AsyncGenerator<string> {
  for (let revision = 0; revision < 3; revision++) yield `${JSON.stringify({ revision })}\n`;
}

const ann: Caller = { principal: 'user:ann', organizationRole: 'member', teams: [], keyHash: '' };

export type Started = {
  readonly fastify: FastifyInstance;
  readonly logged: ReadonlyArray<Record<string, unknown>>;
  readonly operations: ReadonlyArray<unknown>;
  close(): Promise<void>;
};

/** The application, ready for `inject`. `isGood` judges keys. */
export const startDemonstration = async (
  options: Partial<HttpOptions> = {},
  isGood: (key: string) => Promise<boolean> = async (key) => key === KEY,
): Promise<Started> => {
  const authenticate: Authenticate = async (credentials) =>
    credentials.type === 'Key' && (await isGood(credentials.key)) ? ann : undefined;

  @Module({
    controllers: [DemonstrationController],
    providers: [{ provide: AUTHENTICATE, useValue: authenticate }],
    exports: [AUTHENTICATE],
  })
  class Demonstration {}

  const logged: Array<Record<string, unknown>> = [];
  const sink = new Writable({
    write: (line, _encoding, done) => {
      logged.push(JSON.parse(String(line)));
      done();
    },
  });
  const { app, operations } = await createHttpApp([Demonstration], { log: pino(sink), verifyAnswers: true, ...options });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/pages/*', async () => 'a page');
  fastify.get('/*', async () => 'a page');
  await app.init();
  await fastify.ready();
  return { fastify, logged, operations, close: () => app.close() };
};
