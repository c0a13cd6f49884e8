/** The metadata of every event (E2), as it is stored. The names are storage: old events have them for ever. */
import * as t from 'io-ts';

const Judged = t.record(t.string, t.number);

const Shape = t.intersection([
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
    judgedBy: Judged,
  }),
]);
export type Metadata = t.TypeOf<typeof Shape>;

const isText = (value: unknown): boolean => typeof value === 'string';
const isTextIfAny = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** Whether it is, in so few steps because every event that is read goes this way; what is wrong the codec says. */
const isMetadata = (value: unknown): value is Metadata => {
  if (typeof value !== 'object' || value === null) return false;
  const given = value as { readonly [K in keyof Metadata]?: unknown };
  return (
    isText(given.at) && isText(given.by) && isText(given.command) && isText(given.$correlationId) &&
    isText(given.$causationId) && isText(given.chain) && isTextIfAny(given.reason) && isTextIfAny(given.traceparent) &&
    (given.judgedBy === undefined || Judged.is(given.judgedBy))
  );
};

export const Metadata = new t.Type<Metadata>(
  'Metadata', isMetadata, (value, context) => (isMetadata(value) ? t.success(value) : Shape.validate(value, context)), t.identity,
);

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
