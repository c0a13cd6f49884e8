/** Changes as server-sent events. */
import { Resource } from '../../app/messages';

/** After how many milliseconds a browser comes back by itself. */
const RETRY = 2_000;

export const eventStream = {
  /** @param position to come back with, until there is a change */
  beginning: (position: string): Buffer => Buffer.from(`retry: ${RETRY}\nid: ${position}\n\n`),
  /** JSON has no line breaks, so that it is one line of data. */
  change: (item: Resource): Buffer =>
    Buffer.from(`event: ${String(item['type'])}\nid: ${String(item['position'])}\ndata: ${JSON.stringify(item)}\n\n`),
  comment: Buffer.from(':\n\n'),
};
