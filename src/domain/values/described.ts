/** Codecs that can say of themselves what they take, as JSON Schema, for the OpenAPI document. */
import { Either, isRight } from 'fp-ts/Either';
import * as t from 'io-ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

export type Described<A, O = A> = t.Type<A, O, unknown> & { readonly schema: JsonSchema };

/**
 * A described codec from a parse.
 * @param parse answers the value, or (Left) a sentence that says what is wrong and what is taken instead
 */
export const described = <A, O = A>(
  name: string,
  schema: JsonSchema,
  parse: (value: unknown) => Either<string, A>,
  encode: (value: A) => O,
  is: (value: unknown) => value is A = (value): value is A => isRight(parse(value)),
): Described<A, O> =>
  Object.assign(
    new t.Type<A, O, unknown>(
      name,
      is,
      (value, context) => {
        const parsed = parse(value);
        return isRight(parsed) ? t.success(parsed.right) : t.failure(value, context, parsed.left);
      },
      encode,
    ),
    { schema },
  );

/** An object with exactly these members: unknown ones are refused, not dropped (`t.strict` drops them). */
export const exactly = <R extends t.Props, O extends t.Props = Record<never, never>>(
  required: R,
  optional: O = {} as O,
): ExactC<R, O> => {
  const whole = t.intersection([t.type(required), t.partial(optional)]);
  const known = new Set([...Object.keys(required), ...Object.keys(optional)]);
  const members = [...Object.entries<t.Mixed>(required), ...Object.entries<t.Mixed>(optional)];
  const name = `{ ${[...known].join(', ')} }`;
  return Object.assign(
    new t.Type<ExactOf<R, O>, ExactOutput<R, O>, unknown>(
      name,
      (value): value is ExactOf<R, O> => whole.is(value) && Object.keys(value as object).every((key) => known.has(key)),
      (value, context) => {
        if (typeof value !== 'object' || value === null || Array.isArray(value))
          return t.failure(value, context, 'must be an object');
        const given = value as Readonly<Record<string, unknown>>;
        const errors: t.Errors = [];
        for (const key of Object.keys(given))
          if (!known.has(key))
            errors.push({
              value: given[key], context: t.appendContext(context, key, t.unknown), message: 'is not known here; leave it out',
            });
        const decoded: Record<string, unknown> = {};
        for (const [key, codec] of members) {
          const member = Object.hasOwn(given, key) ? given[key] : undefined;
          if (member === undefined) {
            if (Object.hasOwn(required, key))
              errors.push({ value: member, context: t.appendContext(context, key, codec), message: 'is missing' });
            continue;
          }
          const result = decodeMember(codec, member, context, key);
          if (isRight(result)) decoded[key] = result.right;
          else errors.push(...result.left);
        }
        return errors.length > 0 ? t.failures(errors) : t.success(decoded as ExactOf<R, O>);
      },
      (value) => whole.encode(value as never) as ExactOutput<R, O>,
    ),
    { required, optional },
  );
};

/**
 * What a codec makes of a member. Where in the whole it stands is only said once something is wrong with it: to say it
 * costs more than to decode.
 */
const decodeMember = (codec: t.Mixed, member: unknown, context: t.Context, key: string): t.Validation<unknown> => {
  const decoded = codec.validate(member, context);
  return isRight(decoded) ? decoded : codec.validate(member, t.appendContext(context, key, codec, member));
};

type ExactOf<R extends t.Props, O extends t.Props> = { [K in keyof R]: t.TypeOf<R[K]> } & {
  [K in keyof O]?: t.TypeOf<O[K]>;
};
type ExactOutput<R extends t.Props, O extends t.Props> = { [K in keyof R]: t.OutputOf<R[K]> } & {
  [K in keyof O]?: t.OutputOf<O[K]>;
};
export type ExactC<R extends t.Props, O extends t.Props> = t.Type<ExactOf<R, O>, ExactOutput<R, O>, unknown> & {
  readonly required: R;
  readonly optional: O;
};

/** One of a few words. */
export const oneOf = <const W extends ReadonlyArray<string>>(name: string, words: W): Described<W[number]> =>
  described(
    name,
    { type: 'string', enum: words },
    (value) =>
      words.includes(value as string)
        ? { _tag: 'Right', right: value as W[number] }
        : { _tag: 'Left', left: `must be one of ${words.join(', ')}` },
    (value) => value,
  );

/** A list with a limit; a thing named twice in it counts once. */
export const listOf = <A, O>(
  item: t.Type<A, O, unknown>,
  rule: { readonly max: number; readonly min?: number; readonly unique?: boolean },
): t.Type<ReadonlyArray<A>, Array<O>, unknown> & { readonly items: t.Mixed; readonly rule: typeof rule } => {
  const list = t.array(item);
  return Object.assign(
    new t.Type<ReadonlyArray<A>, Array<O>, unknown>(
      `${item.name}[]`,
      (value): value is ReadonlyArray<A> => list.is(value),
      (value, context) => {
        if (!Array.isArray(value)) return t.failure(value, context, 'must be a list');
        const given: ReadonlyArray<unknown> = value;
        const counted = rule.unique === true ? [...new Set(given)] : given;
        if (counted.length > rule.max) return t.failure(value, context, `must have at most ${rule.max} items`);
        if (value.length < (rule.min ?? 0)) return t.failure(value, context, `must have at least ${rule.min} items`);
        if (rule.unique !== true) return list.validate(value, context);
        const decoded = counted.map((one) =>
          item.validate(one, t.appendContext(context, String(given.indexOf(one)), item, one)),
        );
        const faults = decoded.flatMap((one) => (isRight(one) ? [] : one.left));
        const values = decoded.flatMap((one) => (isRight(one) ? [one.right] : []));
        return faults.length > 0 ? t.failures(faults) : t.success([...new Set(values)]);
      },
      (value) => list.encode([...value]),
    ),
    { items: item, rule },
  );
};

/** The codec's values or null. */
export const orNull = <A, O>(
  codec: t.Type<A, O, unknown>,
): t.Type<A | null, O | null, unknown> & { readonly nullable: t.Mixed } =>
  Object.assign(
    new t.Type<A | null, O | null, unknown>(
      `${codec.name} | null`,
      (value): value is A | null => value === null || codec.is(value),
      (value, context) => (value === null ? t.success(null) : codec.validate(value, context)),
      (value) => (value === null ? null : codec.encode(value)),
    ),
    { nullable: codec },
  );
