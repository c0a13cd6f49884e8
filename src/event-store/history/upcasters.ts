/**
 * Old events die at the door: each upcaster turns the raw JSON of one past shape into the next, so that no other code
 * knows that it existed. There is none yet; a changed event gets one here and a test with a stored example.
 */
import { Json } from '../event-store';

export type RawEvent = { readonly type: string; readonly data: Json };

/** Answers the event in its next shape, or undefined where it is not concerned. */
export type Upcaster = (stream: string, event: RawEvent) => RawEvent | undefined;

const upcasters: ReadonlyArray<Upcaster> = [];

/** The event in its present shape. @param through those that lead there, the oldest first */
export const upcast = (stream: string, event: RawEvent, through = upcasters): RawEvent =>
  through.reduce<RawEvent>((current, upcaster) => upcaster(stream, current) ?? current, event);
