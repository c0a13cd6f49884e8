/** What may be kept as free JSON (S2): metadata and metrics. */
import { Either, left, right } from 'fp-ts/Either';
import { Described, described } from './described';
import { MetricName } from './names';

export type Json = null | boolean | number | string | ReadonlyArray<Json> | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

const MAX_KEYS = 100;
const MAX_BYTES = 256 * 1024;
const MAX_METRICS = 1000;
/** With it a source version with all its metadata, metrics and aliases is one append. */
const MAX_METRICS_BYTES = 512 * 1024;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The length of a value in bytes, as JSON in UTF-8. */
const jsonBytes = (value: object): number => {
  let bytes = 0;
  for (const character of JSON.stringify(value)) {
    const point = character.codePointAt(0) ?? 0;
    bytes += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
  }
  return bytes;
};

/** A JSON object of at most 100 members and 256 KiB. That its numbers and texts are I-JSON is seen to when a body is parsed. */
export const Metadata: Described<JsonObject> = described(
  'Metadata',
  { type: 'object', maxProperties: MAX_KEYS },
  (value): Either<string, JsonObject> => {
    if (!isObject(value)) return left('must be a JSON object');
    if (Object.keys(value).length > MAX_KEYS) return left(`must have at most ${MAX_KEYS} members`);
    return jsonBytes(value) > MAX_BYTES ? left('must be at most 256 KiB as JSON') : right(value as JsonObject);
  },
  (value) => value,
);

export type Metrics = { readonly [name: string]: number };

/** Name to finite number, at most 1,000 and 512 KiB. */
export const Metrics: Described<Metrics> = described(
  'Metrics',
  { type: 'object', maxProperties: MAX_METRICS, additionalProperties: { type: 'number' } },
  (value): Either<string, Metrics> => {
    if (!isObject(value)) return left('must be an object of numbers by name');
    const entries = Object.entries(value);
    if (entries.length > MAX_METRICS) return left(`must have at most ${MAX_METRICS} metrics`);
    for (const [name, number] of entries) {
      if (!MetricName.is(name)) return left('must have names of 1 to 256 characters');
      if (typeof number !== 'number' || !Number.isFinite(number)) return left(`must have a finite number at "${name}"`);
    }
    return jsonBytes(value) > MAX_METRICS_BYTES ? left('must be at most 512 KiB as JSON') : right(value as Metrics);
  },
  (value) => value,
);

/** A size in bytes. */
export const Size: Described<number> = described(
  'Size',
  { type: 'integer', minimum: 0 },
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= 0
      ? right(value as number)
      : left('must be a whole number of bytes from 0'),
  (value) => value,
);
