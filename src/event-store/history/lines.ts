/** Events as lines of JSON (`GET C/events`, `moniker export`): all that rule E5 needs, for whoever checks it. */
import { Either, isLeft, left, right } from 'fp-ts/Either';
import * as t from 'io-ts';
import { exactly } from '../../domain/values/described';
import { EventToStore, Json, JsonObject, Revision, StoredEvent } from '../event-store';
import { canonicalJson } from './chain';

/** An event that came as a line, as it is stored. */
export type LinedEvent = EventToStore & { readonly stream: string; readonly revision: Revision; readonly chain: string };

const parsed = (text: string): Json | undefined => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
};

/** In its canonical form; what is not JSON as a string, so that it can be shown and found out. */
const shown = (text: string): string => {
  const value = parsed(text);
  return value === undefined ? JSON.stringify(String(text)) : canonicalJson(value);
};

/** The line of an event, with its end. */
export const lineOf = ({ stream, revision, id, type, data, metadata }: StoredEvent): string => {
  const object = parsed(metadata);
  const { chain = null, ...rest }: JsonObject =
    typeof object === 'object' && object !== null && !Array.isArray(object) ? (object as JsonObject) : {};
  return (
    `{"stream":${JSON.stringify(stream)},"revision":${revision},"id":${JSON.stringify(id)},` +
    `"type":${JSON.stringify(type)},"data":${shown(data)},"metadata":${canonicalJson(rest)},` +
    `"chain":${JSON.stringify(chain)}}\n`
  );
};

const Line = exactly({
  stream: t.string,
  revision: t.Int,
  id: t.string,
  type: t.string,
  data: t.UnknownRecord,
  metadata: t.UnknownRecord,
  chain: t.string,
});

/** The event of a line. Left says what is wrong with the line. */
export const parseLine = (line: string): Either<string, LinedEvent> => {
  const value = parsed(line);
  if (value === undefined) return left(line.trim() === '' ? 'is empty' : 'is not JSON');
  const decoded = Line.decode(value);
  if (isLeft(decoded)) {
    const [fault] = decoded.left;
    const member = fault?.context.map(({ key }) => key).find((key) => key !== '');
    return left(member === undefined ? 'is not the object of an event' : `"${member}" ${fault?.message ?? 'is not as in an event'}`);
  }
  const { stream, revision, id, type, data, metadata, chain } = decoded.right;
  try {
    const texts = {
      data: canonicalJson(data as JsonObject),
      metadata: canonicalJson({ ...metadata, chain }),
    };
    return right({ stream, revision, id, type, chain, ...texts });
  } catch {
    return left('has a number or text that JSON cannot hold');
  }
};
