/** Paths and query strings, decoded strictly: nothing that is malformed is let through as it is. */
import { shortened } from './faults';
import { Fault } from './problems';

const MOST_PARAMETERS = 64;

/** Path and query of a request target, which may be absolute (`http://host/path`), still encoded. */
export const splitTarget = (target: string): { readonly path: string; readonly query: string } => {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?#]*/i, '');
  const hash = local.indexOf('#');
  const sent = hash < 0 ? local : local.slice(0, hash);
  const mark = sent.indexOf('?');
  return mark < 0 ? { path: sent, query: '' } : { path: sent.slice(0, mark), query: sent.slice(mark + 1) };
};

/** Undefined if it is not well-formed percent-encoded UTF-8 in printable ASCII. */
export const percentDecoded = (encoded: string): string | undefined => {
  if (!/^[\x21-\x7e]*$/.test(encoded)) return undefined;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return undefined;
  }
};

const NOT_ENCODED = 'is not percent-encoded UTF-8 (a "%" itself is written %25)';

/** The parameters of a query string, each at most once; `+` is a space, as forms send it. */
export const decodeQueryString = (
  query: string,
): { readonly values: Readonly<Record<string, string>>; readonly faults: ReadonlyArray<Fault> } => {
  const values = new Map<string, string>();
  const faults: Array<Fault> = [];
  const pairs = query.split('&').filter((pair) => pair !== '');
  if (pairs.length > MOST_PARAMETERS)
    return { values: {}, faults: [{ path: 'query', message: `has more than ${MOST_PARAMETERS} parameters` }] };
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    const [encodedName, encodedValue] = equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)];
    const name = percentDecoded(encodedName.replaceAll('+', '%20'));
    const value = percentDecoded(encodedValue.replaceAll('+', '%20'));
    if (name === undefined) faults.push({ path: shortened(encodedName), message: `has a name that ${NOT_ENCODED}` });
    else if (values.has(name)) faults.push({ path: shortened(name), message: 'is given twice' });
    else if (value === undefined) faults.push({ path: shortened(name), message: NOT_ENCODED });
    if (name !== undefined && !values.has(name)) values.set(name, value ?? '');
  }
  return { values: Object.fromEntries(values), faults };
};

/** The parameters in a path by the names in a pattern such as `/registries/:registry`. */
export const decodePath = (
  pattern: string,
  path: string,
): { readonly values: Readonly<Record<string, string>>; readonly faults: ReadonlyArray<Fault> } => {
  const segments = path.split('/');
  const values = new Map<string, string>();
  const faults: Array<Fault> = [];
  pattern.split('/').forEach((part, i) => {
    if (!part.startsWith(':')) return;
    const value = percentDecoded(segments[i] ?? '');
    if (value === undefined) faults.push({ path: part.slice(1), message: NOT_ENCODED });
    values.set(part.slice(1), value ?? '');
  });
  return { values: Object.fromEntries(values), faults };
};

/** The target with what cannot be decoded made decodable, so that it is routed; it is refused when it is decoded. */
export const routable = (target: string): string => {
  const { path, query } = splitTarget(target);
  if (!path.startsWith('/')) return target;
  const segments = path.split('/').map((segment) => (percentDecoded(segment) === undefined ? 'malformed' : segment));
  return query === '' ? segments.join('/') : `${segments.join('/')}?${query}`;
};
