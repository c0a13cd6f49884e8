/** The hash chain of a stream (E5): each event's `chain` is over the previous one's and the event itself. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { Json } from '../event-store';

/** What stands before the first event of a stream. */
export const CHAIN_START = '0'.repeat(64);

/** RFC 8785 canonical JSON; the value is JSON (no `undefined` but in optional members, which are left out). */
export const canonicalJson = (value: Json): string => canonicalize(value) ?? 'null';

/** An event's parts as the chain is made over them; `data` and `metadata` (without `chain`) are canonical texts. */
export type Link = {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
};

/**
 * The lowercase hex SHA-256 of the previous chain, a newline and the canonical JSON of the event. The members are
 * written here in canonical order around texts that are canonical already, so that nothing is encoded twice.
 */
export const chainOf = (previous: string, link: Link): string =>
  hash(
    'sha256',
    `${previous}\n{"data":${link.data},"id":${JSON.stringify(link.id)},"metadata":${link.metadata},` +
      `"revision":${link.revision},"stream":${JSON.stringify(link.stream)},"type":${JSON.stringify(link.type)}}`,
    'hex',
  );
