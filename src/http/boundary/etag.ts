/** Entity tags (RFC 9110): the same answer has the same one. */
import { hash } from 'node:crypto';

/** The strong tag of a text. */
export const etagOf = (text: string): string => `"${hash('sha256', text, 'base64url').slice(0, 27)}"`;

/** A body as JSON, and its tag, for which `resolvedAt`, which tells when was asked, does not count. */
export const tagged = (body: object): { readonly text: string; readonly etag: string } => {
  const text = JSON.stringify(body);
  if (!('resolvedAt' in body)) return { text, etag: etagOf(text) };
  const instant = `"resolvedAt":${JSON.stringify(body.resolvedAt)}`;
  const at = text.lastIndexOf(instant);
  return { text, etag: etagOf(text.slice(0, at) + text.slice(at + instant.length)) };
};

/** Whether an `If-None-Match` names the tag: a list, each weak or strong, or `*`. */
export const matchesEtag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || [...ifNoneMatch.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag));
