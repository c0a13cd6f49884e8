/** The metadata of every event (E2), as it is stored. The names are storage: old events have them for ever. */
import * as t from 'io-ts';

export const Metadata = t.intersection([
  t.type({
    /** RFC 3339 UTC, milliseconds; never runs backwards within a stream (E3). */
    at: t.string,
    /** The principal that acted. */
    by: t.string,
    /** The name of the command. */
    command: t.string,
    $correlationId: t.string,
    /** The command's id. */
    $causationId: t.string,
    /** The hash chain (E5). */
    chain: t.string,
  }),
  t.partial({
    reason: t.string,
    /** The W3C trace context that the command came with. */
    traceparent: t.string,
    /** Stream to revision, for every stream that the permission depended on. */
    judgedBy: t.record(t.string, t.number),
  }),
]);
export type Metadata = t.TypeOf<typeof Metadata>;

/** Who, when, why and on whose behalf: what a command's events carry. */
export type Provenance = {
  readonly commandId: string;
  readonly command: string;
  readonly by: string;
  readonly at: string;
  readonly correlationId: string;
  readonly reason?: string;
  readonly traceparent?: string;
  readonly judgedBy?: Readonly<Record<string, number>>;
};
