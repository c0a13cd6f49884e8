/** What is asked of stored events beside their chain: that they can be read (E4), and what must hold of collections. */
import { isLeft } from 'fp-ts/Either';
import { check, checkEnd, unchecked } from '../../domain/collection/invariants';
import { requestEvents } from '../../domain/request/events';
import { decode } from '../../event-store/history/history';
import { Inspector } from '../../event-store/history/verify';
import { decodeEvent } from '../../projections/catch-up/decode';

const decodeRequest = decode(requestEvents);

/** For the events of one stream. */
export const inspector = (): Inspector => {
  let checked = unchecked;
  return {
    take: (stored) => {
      const decoded = decodeEvent(stored);
      if (isLeft(decoded)) return [`it cannot be read: ${decoded.left.reason} (E4)`];
      if (decoded.right === undefined) {
        const request = decodeRequest(stored);
        return isLeft(request) ? [`it cannot be read: ${request.left.reason} (E4)`] : [];
      }
      if (decoded.right.category !== 'collection') return [];
      const { state, faults } = check(checked, decoded.right.event);
      checked = state;
      return faults;
    },
    end: () => checkEnd(checked),
  };
};
