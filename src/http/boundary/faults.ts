/** Errors of codecs as faults: where in the request, and a sentence. */
import * as t from 'io-ts';
import { Fault } from './problems';

const LONGEST_NAME = 130;

/** `aliases[1]`, `source.name`, `metadata["a b"]`; `body` for the whole. */
export const pathOf = (keys: ReadonlyArray<string | number>): string =>
  keys.length === 0
    ? 'body'
    : keys
        .map((key, i) =>
          typeof key === 'number'
            ? `[${key}]`
            : /^[A-Za-z_$][\w$-]{0,129}$/.test(key)
              ? `${i === 0 ? '' : '.'}${key}`
              : `[${JSON.stringify(shortened(key))}]`,
        )
        .join('');

/** A name out of a request, cut to what can be shown. */
export const shortened = (name: string): string =>
  (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name).toWellFormed();

const MOST_ERRORS = 1000;

/** The faults that a codec found, of its first 1,000 errors. */
export const faultsOf = (errors: t.Errors): ReadonlyArray<Fault> => {
  const located = errors.slice(0, MOST_ERRORS).map(locate);
  const entered = new Set(located.flatMap(({ unions }) => unions.filter(({ inside }) => inside).map(({ at }) => at)));
  const faults = located
    .filter(({ unions }) => unions.every(({ inside, at }) => inside || !entered.has(at)))
    .map(({ keys, unions, message }): Fault => {
      const refused = unions.find(({ inside }) => !inside);
      return refused
        ? { path: pathOf(refused.keys), message: `must be ${refused.name}` }
        : { path: pathOf(keys), message };
    });
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
};

type Union = {
  readonly at: string;
  readonly keys: ReadonlyArray<string | number>;
  readonly name: string;
  /** Whether the error lies inside what one of the union's members takes, and not in its being one of them. */
  readonly inside: boolean;
};
type Located = {
  readonly keys: ReadonlyArray<string | number>;
  readonly unions: ReadonlyArray<Union>;
  readonly message: string;
};

const locate = (error: t.ValidationError): Located => {
  const keys: Array<string | number> = [];
  const unions: Array<Union> = [];
  error.context.forEach(({ key }, i) => {
    const parent = error.context[i - 1];
    if (!parent) return;
    const kind = tagOf(parent.type);
    if (kind === 'UnionType')
      unions.push({ at: pathOf(keys), keys: [...keys], name: parent.type.name, inside: i < error.context.length - 1 });
    else if (kind !== 'IntersectionType') keys.push(Array.isArray(parent.actual) ? Number(key) : key);
  });
  const last = error.context.at(-1);
  return { keys, unions, message: error.message ?? `must be ${last ? nameOf(last.type) : 'something else'}` };
};

const tagOf = (type: t.Decoder<unknown, unknown>): string =>
  '_tag' in type && typeof type._tag === 'string' ? type._tag : '';

const nameOf = (type: t.Decoder<unknown, unknown>): string =>
  ({ string: 'a string', boolean: 'true or false', number: 'a number', null: 'null' })[type.name] ?? type.name;
