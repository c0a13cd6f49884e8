/** Codecs as JSON Schema (2020-12), as OpenAPI 3.1 takes it. */
import * as t from 'io-ts';
import { JsonSchema } from '../../../domain/values/described';

/** Schemas by name, which others refer to. */
export type Schemas = Map<string, JsonSchema>;

/**
 * The schema of what a codec takes and gives as JSON; those that have a name are put among `schemas` and referred to.
 * @throws for a codec that says nothing of itself, and for two that have one name
 */
export const schemaOf = (codec: t.Mixed, schemas: Schemas): JsonSchema => {
  const own = ownSchema(codec, schemas);
  const name = nameOf(codec);
  if (name === undefined) return own;
  const known = schemas.get(name);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(own)) throw new Error(`two codecs are named ${name}`);
  schemas.set(name, own);
  return { $ref: `#/components/schemas/${name}` };
};

/** Of codecs that were given one; those made of others are named after them, as in `AliasName[]`. */
const nameOf = (codec: t.Mixed): string | undefined => (/^[A-Z]\w*$/.test(codec.name) ? codec.name : undefined);

const isCodec = (value: unknown): value is t.Mixed => value instanceof t.Type;

const ownSchema = (codec: t.Mixed, schemas: Schemas): JsonSchema => {
  const of = (part: unknown): JsonSchema => {
    if (isCodec(part)) return schemaOf(part, schemas);
    throw new Error(`${codec.name} has a part that is no codec`);
  };
  if ('schema' in codec) return codec.schema as JsonSchema;
  if ('required' in codec && 'optional' in codec) return objectSchema(codec.required as t.Props, codec.optional as t.Props, of);
  if ('nullable' in codec) return { anyOf: [of(codec.nullable), { type: 'null' }] };
  if ('items' in codec && 'rule' in codec) {
    const { min, max } = codec.rule as { min?: number; max: number };
    return { type: 'array', items: of(codec.items), ...(min === undefined ? {} : { minItems: min }), maxItems: max };
  }
  switch ('_tag' in codec ? codec._tag : undefined) {
    case 'StringType':
      return { type: 'string' };
    case 'BooleanType':
      return { type: 'boolean' };
    case 'NumberType':
      return { type: 'number' };
    case 'NullType':
      return { type: 'null' };
    case 'UnknownType':
      return {};
    case 'LiteralType':
      return { const: (codec as t.LiteralC<string>).value };
    case 'KeyofType':
      return { type: 'string', enum: Object.keys((codec as t.KeyofC<Record<string, unknown>>).keys) };
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return { type: 'array', items: of((codec as t.ArrayC<t.Mixed>).type) };
    case 'TupleType': {
      const items = (codec as t.TupleC<[t.Mixed]>).types.map(of);
      return { type: 'array', prefixItems: items, minItems: items.length, maxItems: items.length };
    }
    case 'UnionType':
      return { anyOf: (codec as t.UnionC<[t.Mixed, t.Mixed]>).types.map(of) };
    case 'DictionaryType':
      return { type: 'object', additionalProperties: of((codec as t.RecordC<t.Mixed, t.Mixed>).codomain) };
    default:
      throw new Error(`the codec ${codec.name} has no JSON Schema: make it with described, exactly, listOf or orNull`);
  }
};

const objectSchema = (required: t.Props, optional: t.Props, of: (part: unknown) => JsonSchema): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(Object.entries({ ...required, ...optional }).map(([name, codec]) => [name, of(codec)])),
  ...(Object.keys(required).length === 0 ? {} : { required: Object.keys(required) }),
  additionalProperties: false,
});
