/**
 * A stand-in for EventStoreDB 23.10, by its wire protocol, over an embedded store: what the contract suite was seen to
 * need of a real node, and the faults that a real node cannot be asked for. Its log has gaps between positions, and
 * holds everybody's streams.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Code } from '@eventstore/db-client/generated/code_pb';
import { GossipService } from '@eventstore/db-client/generated/gossip_grpc_pb';
import { ClusterInfo, EndPoint, MemberInfo } from '@eventstore/db-client/generated/gossip_pb';
import { ServerFeaturesService } from '@eventstore/db-client/generated/serverfeatures_grpc_pb';
import { SupportedMethod, SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb';
import {
  AllStreamPosition,
  MaximumAppendSizeExceeded,
  StreamDeleted,
  StreamIdentifier,
  Timeout,
  Unknown,
  UUID,
  WrongExpectedVersion,
} from '@eventstore/db-client/generated/shared_pb';
import { Status as RpcStatus } from '@eventstore/db-client/generated/status_pb';
import { StreamsService } from '@eventstore/db-client/generated/streams_grpc_pb';
import {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
  ReadReq,
  ReadResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb';
import {
  handleUnaryCall,
  Metadata,
  sendUnaryData,
  Server,
  ServerCredentials,
  ServerDuplexStream,
  ServerReadableStream,
  ServerUnaryCall,
  ServerWritableStream,
  status,
} from '@grpc/grpc-js';
import { isRight } from 'fp-ts/Either';
import { Message } from 'google-protobuf';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { EventToStore, ExpectedRevision, StoredEvent } from '../../src/event-store/event-store';

/** What the stand-in does wrong, from the moment it is set. */
export type Faults = {
  /** Another node leads: calls that require the leader are sent there. */
  leader?: { readonly host: string; readonly port: number };
  /** Appends are written, or not, and then not answered, or answered with an error. */
  appends?: 'written and not answered' | 'not written and not answered' | 'timeout' | 'busy' | 'broken stream';
  /** Reads are not answered. */
  silentReads?: boolean;
  /** What is new is not told to subscriptions. */
  silentSubscriptions?: boolean;
  /** How far the server's clock is ahead. */
  clockAheadMs?: number;
  /** GetSupportedMethods fails with this code. */
  features?: status;
};

export type StandIn = {
  readonly port: number;
  readonly url: string;
  readonly faults: Faults;
  /** Ends all subscriptions: with an error of this code, or well. */
  readonly endSubscriptions: (code?: status, details?: string) => void;
  readonly tombstone: (stream: string) => void;
  /** Calls that are open now. */
  readonly openReads: () => number;
  readonly stop: () => Promise<void>;
};

export type StandInOptions = {
  readonly folder: string;
  readonly port?: number;
  /** Servers before 21.10 have only the rpc that takes one append. */
  readonly batchAppend?: boolean;
  /** Servers before 23.10 do not say when a subscription has caught up. */
  readonly caughtUp?: boolean;
  /** TLS, and who may come in; credentials are not sent without it. */
  readonly secure?: {
    readonly key: Buffer;
    readonly certificate: Buffer;
    readonly user: string;
    readonly password: string;
  };
};

/** Positions in the log, as of a log of bytes. */
const toCommit = (position: number): number => (position === 0 ? 0 : position * 128 + 77);
const isCommit = (commit: number): boolean => commit === 0 || (commit - 77) % 128 === 0;
const toPosition = (commit: number): number => Math.max(0, Math.floor((commit - 77) / 128));

/** How many events the server looks at between checkpoints. */
const SEARCH_WINDOW = 32;
const MAX_APPEND_SIZE = 1024 * 1024;

const grpcError = (code: status, details: string, trailers: Readonly<Record<string, string>> = {}) => {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(trailers)) metadata.set(key, value);
  return Object.assign(new Error(details), { code, details, metadata });
};
type GrpcError = ReturnType<typeof grpcError>;

const streamDeleted = (stream: string): GrpcError =>
  grpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
    exception: 'stream-deleted',
    'stream-name': stream,
  });

const nameOf = (identifier: StreamIdentifier | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString('utf8');

const identifierOf = (stream: string): StreamIdentifier => {
  const identifier = new StreamIdentifier();
  identifier.setStreamName(Buffer.from(stream, 'utf8').toString('base64'));
  return identifier;
};

const packed = (message: Message, type: string): Any => {
  const any = new Any();
  any.pack(message.serializeBinary(), `event_store.client.${type}`);
  return any;
};

const eventOf = (message: AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage): EventToStore => ({
  id: message.getId()?.getString() ?? '',
  type: message.getMetadataMap().get('type') ?? '',
  data: Buffer.from(message.getData_asU8()).toString('utf8'),
  metadata: Buffer.from(message.getCustomMetadata_asU8()).toString('utf8'),
});

const sizeOf = (events: ReadonlyArray<EventToStore>): number =>
  events.reduce((size, { data, metadata }) => size + Buffer.byteLength(data) + Buffer.byteLength(metadata), 0);

const recorded = (event: StoredEvent): ReadResp => {
  const commit = String(toCommit(event.position));
  const id = new UUID();
  id.setString(event.id);
  const record = new ReadResp.ReadEvent.RecordedEvent();
  record.setId(id);
  record.setStreamIdentifier(identifierOf(event.stream));
  record.setStreamRevision(String(event.revision));
  record.setCommitPosition(commit);
  record.setPreparePosition(commit);
  record
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', 'application/json')
    .set('created', '16700000000000000');
  record.setCustomMetadata(Buffer.from(event.metadata, 'utf8').toString('base64'));
  record.setData(Buffer.from(event.data, 'utf8').toString('base64'));
  const read = new ReadResp.ReadEvent();
  read.setEvent(record);
  read.setCommitPosition(commit);
  const response = new ReadResp();
  response.setEvent(read);
  return response;
};

type Written =
  | { readonly ended: 'well'; readonly revision: number; readonly position: number }
  | { readonly ended: 'wrong version'; readonly current: number | undefined }
  | { readonly ended: 'deleted' | 'too large' | 'timeout' | 'busy' | 'unknown' | 'broken' | 'not answered' };

export const startStandIn = async (options: StandInOptions): Promise<StandIn> => {
  const { folder, batchAppend = true, caughtUp = true, secure } = options;
  const store = openEmbeddedStore({ folder });
  const faults: Faults = {};
  const tombstones = new Set<string>();
  const subscriptions = new Set<{
    readonly call: ServerWritableStream<ReadReq, ReadResp>;
    readonly leave: () => void;
  }>();
  let openReads = 0;

  const refusal = (metadata: Metadata): GrpcError | undefined => {
    if (secure !== undefined) {
      const expected = `Basic ${Buffer.from(`${secure.user}:${secure.password}`).toString('base64')}`;
      const [given] = metadata.get('authorization');
      if (given === undefined)
        return grpcError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' });
      if (given !== expected) return grpcError(status.UNAUTHENTICATED, 'Bad HTTP credentials');
    }
    const { leader } = faults;
    if (leader === undefined || metadata.get('requires-leader')[0] !== 'true') return undefined;
    return grpcError(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': leader.host,
      'leader-endpoint-port': String(leader.port),
    });
  };

  const currentOf = async (stream: string): Promise<number | undefined> => {
    for await (const { revision } of store.readStream(stream, { direction: 'backwards', limit: 1 })) return revision;
    return undefined;
  };

  const write = async (
    stream: string,
    expected: ExpectedRevision | 'any',
    events: ReadonlyArray<EventToStore>,
  ): Promise<Written> => {
    if (tombstones.has(stream)) return { ended: 'deleted' };
    if (sizeOf(events) > MAX_APPEND_SIZE) return { ended: 'too large' };
    switch (faults.appends) {
      case 'not written and not answered':
        return { ended: 'not answered' };
      case 'timeout':
      case 'busy':
        return { ended: faults.appends };
      case 'broken stream':
        return { ended: 'broken' };
      case 'written and not answered':
      case undefined:
    }
    const outcome = await store.append(
      stream,
      expected === 'any' ? ((await currentOf(stream)) ?? 'no_stream') : expected,
      events,
    );
    if (faults.appends === 'written and not answered') return { ended: 'not answered' };
    if (isRight(outcome)) return { ended: 'well', ...outcome.right };
    return outcome.left.type === 'Conflict'
      ? { ended: 'wrong version', current: await currentOf(stream) }
      : { ended: outcome.left.type === 'Fault' ? 'unknown' : 'timeout' };
  };

  const batchResponse = (
    { correlation, stream }: { readonly correlation: UUID | undefined; readonly stream: string },
    expected: ExpectedRevision | 'any',
    written: Written,
  ): BatchAppendResp => {
    const response = new BatchAppendResp();
    response.setCorrelationId(correlation);
    response.setStreamIdentifier(identifierOf(stream));
    if (written.ended === 'well') {
      const at = new AllStreamPosition();
      at.setCommitPosition(String(toCommit(written.position)));
      at.setPreparePosition(String(toCommit(written.position)));
      const success = new BatchAppendResp.Success();
      success.setCurrentRevision(String(written.revision));
      success.setPosition(at);
      response.setSuccess(success);
      return response;
    }
    const error = new RpcStatus();
    error.setCode(Code.UNKNOWN);
    error.setMessage(written.ended);
    switch (written.ended) {
      case 'wrong version': {
        const wrong = new WrongExpectedVersion();
        if (written.current === undefined) wrong.setCurrentNoStream(new Empty());
        else wrong.setCurrentStreamRevision(String(written.current));
        if (expected === 'no_stream') wrong.setExpectedNoStream(new Empty());
        else if (expected === 'any') wrong.setExpectedAny(new Empty());
        else wrong.setExpectedStreamPosition(String(expected));
        error.setCode(Code.ALREADY_EXISTS);
        error.setDetails(packed(wrong, 'WrongExpectedVersion'));
        break;
      }
      case 'deleted': {
        const deleted = new StreamDeleted();
        deleted.setStreamIdentifier(identifierOf(stream));
        error.setDetails(packed(deleted, 'StreamDeleted'));
        break;
      }
      case 'too large': {
        const exceeded = new MaximumAppendSizeExceeded();
        exceeded.setMaxappendsize(MAX_APPEND_SIZE);
        error.setDetails(packed(exceeded, 'MaximumAppendSizeExceeded'));
        break;
      }
      case 'timeout':
        error.setDetails(packed(new Timeout(), 'Timeout'));
        break;
      case 'busy':
        error.setMessage('Server Is Busy');
        error.setDetails(packed(new Unknown(), 'BadRequest'));
        break;
      case 'unknown':
      case 'broken':
      case 'not answered':
        error.setDetails(packed(new Unknown(), 'Unknown'));
        break;
    }
    response.setError(error);
    return response;
  };

  const batchAppendHandler = (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const refused = refusal(call.metadata);
    if (refused !== undefined) {
      call.emit('error', refused);
      return;
    }
    const waiting = new Map<string, { options: BatchAppendReq.Options; events: Array<EventToStore> }>();
    call.on('data', (request: BatchAppendReq) => {
      const correlation = request.getCorrelationId();
      const key = correlation?.getString() || JSON.stringify(correlation?.toObject());
      const known = waiting.get(key) ?? { options: request.getOptions() ?? new BatchAppendReq.Options(), events: [] };
      waiting.set(key, known);
      known.events.push(...request.getProposedMessagesList().map(eventOf));
      if (!request.getIsFinal()) return;
      waiting.delete(key);
      const { options, events } = known;
      const stream = nameOf(options.getStreamIdentifier());
      const expected = options.hasStreamPosition()
        ? Number(options.getStreamPosition())
        : options.hasNoStream()
          ? 'no_stream'
          : 'any';
      const deadline = options.getDeadline()?.toDate();
      const writing: Promise<Written> =
        deadline !== undefined && deadline.getTime() <= Date.now() + (faults.clockAheadMs ?? 0)
          ? Promise.resolve({ ended: 'timeout' })
          : write(stream, expected, events);
      void writing.then((written) => {
        if (written.ended === 'broken')
          call.emit('error', grpcError(status.INTERNAL, 'Received RST_STREAM with code 2'));
        else if (written.ended !== 'not answered')
          call.write(batchResponse({ correlation, stream }, expected, written));
      });
    });
    call.on('end', () => call.end());
  };

  const appendResponse = (expected: ExpectedRevision | 'any', written: Written): AppendResp => {
    const response = new AppendResp();
    if (written.ended === 'well') {
      const at = new AppendResp.Position();
      at.setCommitPosition(String(toCommit(written.position)));
      at.setPreparePosition(String(toCommit(written.position)));
      const success = new AppendResp.Success();
      success.setCurrentRevision(String(written.revision));
      success.setPosition(at);
      response.setSuccess(success);
    } else if (written.ended === 'wrong version') {
      const wrong = new AppendResp.WrongExpectedVersion();
      if (written.current !== undefined) wrong.setCurrentRevision(String(written.current));
      if (typeof expected === 'number') wrong.setExpectedRevision(String(expected));
      response.setWrongExpectedVersion(wrong);
    }
    return response;
  };

  const appendHandler = (
    call: ServerReadableStream<AppendReq, AppendResp>,
    answer: sendUnaryData<AppendResp>,
  ): void => {
    const refused = refusal(call.metadata);
    if (refused !== undefined) {
      answer(refused);
      return;
    }
    let appendOptions = new AppendReq.Options();
    const events: Array<EventToStore> = [];
    call.on('data', (request: AppendReq) => {
      appendOptions = request.getOptions() ?? appendOptions;
      const message = request.getProposedMessage();
      if (message !== undefined) events.push(eventOf(message));
    });
    call.on('end', () => {
      const stream = nameOf(appendOptions.getStreamIdentifier());
      const expected = appendOptions.hasRevision()
        ? Number(appendOptions.getRevision())
        : appendOptions.hasNoStream()
          ? 'no_stream'
          : 'any';
      void write(stream, expected, events).then((written) => {
        switch (written.ended) {
          case 'well':
          case 'wrong version':
            return answer(null, appendResponse(expected, written));
          case 'deleted':
            return answer(streamDeleted(stream));
          case 'too large':
            return answer(
              grpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${MAX_APPEND_SIZE} Exceeded.`, {
                exception: 'maximum-append-size-exceeded',
                'maximum-append-size': String(MAX_APPEND_SIZE),
              }),
            );
          case 'timeout':
            return answer(grpcError(status.ABORTED, 'Operation timed out: '));
          case 'busy':
            return answer(grpcError(status.UNAVAILABLE, 'Server Is Busy'));
          case 'unknown':
          case 'broken':
            return answer(grpcError(status.INTERNAL, 'Received RST_STREAM with code 2'));
          case 'not answered':
            return undefined;
        }
      });
    });
  };

  type ReadCall = ServerWritableStream<ReadReq, ReadResp>;

  /** Waits while the reader is not ready for more; false when it left. */
  const send = async (call: ReadCall, response: ReadResp): Promise<boolean> => {
    if (call.cancelled) return false;
    if (!call.write(response))
      await new Promise<void>((resolve) => {
        const ready = (): void => {
          for (const event of ['drain', 'cancelled', 'close']) call.off(event, ready);
          resolve();
        };
        for (const event of ['drain', 'cancelled', 'close']) call.on(event, ready);
      });
    return !call.cancelled;
  };

  const sendAll = async (call: ReadCall, events: AsyncIterable<StoredEvent> | Iterable<StoredEvent>, count: number) => {
    let left = count;
    for await (const event of events) {
      if (left === 0 || !(await send(call, recorded(event)))) break;
      left -= 1;
    }
    call.end();
  };

  const readStream = async (call: ReadCall, asked: ReadReq.Options): Promise<void> => {
    const stream = nameOf(asked.getStream()?.getStreamIdentifier());
    if (tombstones.has(stream)) {
      call.emit('error', streamDeleted(stream));
      return;
    }
    if ((await currentOf(stream)) === undefined) {
      const notFound = new ReadResp.StreamNotFound();
      notFound.setStreamIdentifier(identifierOf(stream));
      const response = new ReadResp();
      response.setStreamNotFound(notFound);
      await send(call, response);
      call.end();
      return;
    }
    const backwards = asked.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
    const from = asked.getStream()?.hasRevision() ? { from: Number(asked.getStream()?.getRevision()) } : {};
    const direction = backwards ? 'backwards' : 'forwards';
    await sendAll(call, store.readStream(stream, { ...from, direction }), Number(asked.getCount()));
  };

  const filterOf = (asked: ReadReq.Options): ((event: StoredEvent) => boolean) => {
    const filter = asked.getFilter();
    const matching = (expression: ReadReq.Options.FilterOptions.Expression | undefined) => (text: string) =>
      expression?.getPrefixList().some((prefix) => text.startsWith(prefix)) === true ||
      (expression !== undefined && expression.getRegex() !== '' && new RegExp(expression.getRegex()).test(text));
    if (filter?.hasStreamIdentifier()) return ({ stream }) => matching(filter.getStreamIdentifier())(stream);
    if (filter?.hasEventType()) return ({ type }) => matching(filter.getEventType())(type);
    return () => true;
  };

  const commitOf = (asked: ReadReq.Options): number => Number(asked.getAll()?.getPosition()?.getCommitPosition() ?? 0);

  const readAll = async (call: ReadCall, asked: ReadReq.Options): Promise<void> => {
    const end = await store.head();
    const count = Number(asked.getCount());
    const commit = commitOf(asked);
    const matches = filterOf(asked);
    if (asked.getAll()?.hasPosition() && !isCommit(commit)) {
      call.emit('error', grpcError(status.UNKNOWN, 'Unexpected ReadAllResult: Error'));
      return;
    }
    if (asked.getReadDirection() === ReadReq.Options.ReadDirection.FORWARDS) {
      // Inclusive.
      const after = asked.getAll()?.hasPosition() ? Math.max(0, toPosition(commit) - 1) : 0;
      const found = async function* (): AsyncIterable<StoredEvent> {
        for await (const event of store.readAll({ after })) if (matches(event)) yield event;
      };
      await sendAll(call, asked.getAll()?.hasEnd() ? [] : found(), count);
      return;
    }
    // Exclusive.
    const before = asked.getAll()?.hasPosition() ? toPosition(commit) : end + 1;
    const backwards = async function* (): AsyncIterable<StoredEvent> {
      for (let last = Math.min(before - 1, end); last > 0; last -= SEARCH_WINDOW) {
        const page: Array<StoredEvent> = [];
        for await (const event of store.readAll({ after: Math.max(0, last - SEARCH_WINDOW) })) {
          if (event.position > last) break;
          if (matches(event)) page.unshift(event);
        }
        yield* page;
      }
    };
    await sendAll(call, backwards(), count);
  };

  const subscribeToAll = async (call: ReadCall, asked: ReadReq.Options): Promise<void> => {
    const leaving = new AbortController();
    const subscription = { call, leave: () => leaving.abort() };
    subscriptions.add(subscription);
    call.on('cancelled', () => leaving.abort());
    const commit = commitOf(asked);
    const confirmation = new ReadResp.SubscriptionConfirmation();
    confirmation.setSubscriptionId(randomUUID());
    const confirmed = new ReadResp();
    confirmed.setConfirmation(confirmation);
    const end = await store.head();
    if (commit <= toCommit(end) && !isCommit(commit)) {
      call.emit('error', grpcError(status.UNKNOWN, 'Exception was thrown by handler.'));
      return;
    }
    await send(call, confirmed);
    const matches = filterOf(asked);
    const window = SEARCH_WINDOW * (asked.getFilter()?.getCheckpointintervalmultiplier() ?? 1);
    let considered = 0;
    let said = false;
    // From beyond its end the server waits, and skips what comes before that position.
    const after = asked.getAll()?.hasEnd() ? end : Math.min(toPosition(commit), end);
    for await (const batch of store.subscribe({ after, signal: leaving.signal, batchSize: SEARCH_WINDOW })) {
      while (faults.silentSubscriptions && !leaving.signal.aborted) await delay(20);
      for (const event of batch.events) {
        considered += 1;
        if (matches(event) && toCommit(event.position) > commit && !(await send(call, recorded(event)))) break;
        if (considered % window !== 0) continue;
        const checkpoint = new ReadResp.Checkpoint();
        checkpoint.setCommitPosition(String(toCommit(event.position)));
        checkpoint.setPreparePosition(String(toCommit(event.position)));
        const response = new ReadResp();
        response.setCheckpoint(checkpoint);
        await send(call, response);
      }
      if (!batch.caughtUp || said || !caughtUp) continue;
      said = true;
      const response = new ReadResp();
      response.setCaughtUp(new ReadResp.CaughtUp());
      await send(call, response);
    }
    subscriptions.delete(subscription);
    if (!call.cancelled) call.end();
  };

  const readHandler = (call: ReadCall): void => {
    const refused = refusal(call.metadata);
    const asked = call.request.getOptions();
    if (refused !== undefined || asked === undefined) {
      call.emit('error', refused ?? grpcError(status.INVALID_ARGUMENT, 'no options'));
      return;
    }
    openReads += 1;
    const closed = (): void => {
      openReads -= 1;
    };
    call.once('close', closed);
    if (faults.silentReads && !asked.hasSubscription()) return;
    const reading = asked.hasSubscription()
      ? subscribeToAll(call, asked)
      : asked.hasStream()
        ? readStream(call, asked)
        : readAll(call, asked);
    reading.catch((error: unknown) => {
      if (!call.cancelled) call.emit('error', grpcError(status.UNAVAILABLE, String(error)));
    });
  };

  const tombstoneHandler: handleUnaryCall<TombstoneReq, TombstoneResp> = (call, answer) => {
    tombstones.add(nameOf(call.request.getOptions()?.getStreamIdentifier()));
    answer(null, new TombstoneResp());
  };

  const server = new Server({
    'grpc.max_receive_message_length': 17 * 1024 * 1024,
    'grpc.max_concurrent_streams': 100,
  });
  server.addService(StreamsService, {
    read: readHandler,
    append: appendHandler,
    batchAppend: batchAppendHandler,
    tombstone: tombstoneHandler,
  });
  server.addService(ServerFeaturesService, {
    getSupportedMethods: (_: ServerUnaryCall<Message, SupportedMethods>, answer: sendUnaryData<SupportedMethods>) => {
      if (faults.features !== undefined) return answer(grpcError(faults.features, 'no features'));
      const supported = new SupportedMethods();
      supported.setEventStoreServerVersion('23.10.6');
      const methods = ['read', 'append', 'tombstone', ...(batchAppend ? ['batchappend'] : [])].map((name) => {
        const method = new SupportedMethod();
        method.setMethodName(name);
        method.setServiceName('event_store.client.streams.streams');
        return method;
      });
      supported.setMethodsList(methods);
      return answer(null, supported);
    },
  });
  server.addService(GossipService, {
    read: (_: ServerUnaryCall<Message, ClusterInfo>, answer: sendUnaryData<ClusterInfo>) => {
      const endpoint = new EndPoint();
      endpoint.setAddress(faults.leader?.host ?? '127.0.0.1');
      endpoint.setPort(faults.leader?.port ?? port);
      const id = new UUID();
      id.setString(randomUUID());
      const member = new MemberInfo();
      member.setInstanceId(id);
      member.setTimeStamp('0');
      member.setState(MemberInfo.VNodeState.LEADER);
      member.setIsAlive(true);
      member.setHttpEndPoint(endpoint);
      const cluster = new ClusterInfo();
      cluster.setMembersList([member]);
      answer(null, cluster);
    },
  });

  const credentials =
    secure === undefined
      ? ServerCredentials.createInsecure()
      : ServerCredentials.createSsl(null, [{ private_key: secure.key, cert_chain: secure.certificate }]);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, credentials, (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    ),
  );

  return {
    port,
    url:
      secure === undefined
        ? `esdb://127.0.0.1:${port}?tls=false`
        : `esdb://${secure.user}:${secure.password}@localhost:${port}?tls=true`,
    faults,
    endSubscriptions: (code, details = 'subscription dropped') => {
      for (const { call, leave } of subscriptions) {
        if (code !== undefined) call.emit('error', grpcError(code, details));
        leave();
      }
      subscriptions.clear();
    },
    tombstone: (stream) => void tombstones.add(stream),
    openReads: () => openReads,
    stop: async () => {
      server.forceShutdown();
      await store.close();
    },
  };
};
