/** `REGISTRY[/COLLECTION]` on the command line. */
import { isLeft } from 'fp-ts/Either';
import { REGISTRY_PREFIX, RegistryName } from '../domain/values/names';
import { parseTargetPath } from '../domain/values/paths';
import { collectionStream, registryStream, usageStream } from '../domain/values/streams';
import { wronglyAsked } from './exit';

export type Scope = {
  /** As written in front. */
  readonly organization?: string;
  readonly registry: string;
  readonly collection?: string;
};

/** @param text also with `wandb-registry-` before it, and an organization before that */
export const parseScope = (text: string): Scope => {
  if (text.includes('/')) {
    const path = parseTargetPath(text);
    if (isLeft(path)) throw wronglyAsked(`"${text}": ${path.left}`);
    return path.right;
  }
  const registry = RegistryName.decode(text.startsWith(REGISTRY_PREFIX) ? text.slice(REGISTRY_PREFIX.length) : text);
  if (isLeft(registry)) throw wronglyAsked(`"${text}": the registry's name ${registry.left[0]?.message ?? 'is malformed'}`);
  return { registry: registry.right };
};

export const showScope = ({ registry, collection }: Scope): string =>
  collection === undefined ? registry : `${registry}/${collection}`;

/** Whether a stream belongs to a registry and its collections, or to a collection. */
export const isInScope = ({ registry, collection }: Scope): ((stream: string) => boolean) => {
  if (collection !== undefined) {
    const streams = [collectionStream(registry, collection), usageStream(registry, collection)];
    return (stream) => streams.includes(stream);
  }
  const [own, ...beginnings] = [registryStream(registry), collectionStream(registry, ''), usageStream(registry, '')];
  return (stream) => stream === own || beginnings.some((beginning) => stream.startsWith(beginning));
};
