/** Entity tags (RFC 9110): the same answer has the same one. */
import { hash } from 'node:crypto';

/** The strong tag of a body; its `resolvedAt`, which tells when was asked, does not count. */
export const etagOf = (body: unknown): string => {
  const counted = typeof body === 'object' && body !== null ? { ...body, resolvedAt: undefined } : body;
  return `"${hash('sha256', JSON.stringify(counted), 'base64url').slice(0, 27)}"`;
};

/** Whether an `If-None-Match` names the tag: a list, each weak or strong, or `*`. */
export const matchesEtag = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || [...ifNoneMatch.matchAll(/"[^"]*"/g)].some(([tag]) => tag === etag));
