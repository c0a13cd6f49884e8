import fc from 'fast-check';
import { parse, v5 } from 'uuid';
import { eventId } from '../../src/event-store/history/history';

const NAMESPACE = Uint8Array.from(parse('5b0d3b3e-6b51-4c0e-9d52-6d0f0d2b7f51'));

test('the id of an event is the UUIDv5 of its name, for any name', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => expect(eventId(name)).toBe(v5(name, NAMESPACE))));
});
