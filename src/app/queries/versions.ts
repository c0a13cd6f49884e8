/** A linked version as the API shows it: what its collection tells, and its source as that is now (T1). */
import { RegistryRole } from '../../domain/values/principals';
import { SourceOfVersion } from '../../projections/artifacts/queries';
import { VersionShown } from '../../projections/collections/shown';
import { Resource } from '../messages';
import { Queries } from './queries';

export type ShowVersion = (version: VersionShown, role: RegistryRole) => Resource;

/** Of a source of which nothing is known: a log may begin in the midst of things. */
const lost = (name: string): SourceOfVersion => {
  const [artifact = '', version = ''] = name.split(':');
  const [entity = '', project = '', last = ''] = artifact.split('/');
  return {
    name, entity, project, artifact: last, version, digest: '', uri: null, sizeBytes: null, metadata: '{}', metrics: '{}',
    run: null, available: false,
  };
};

/**
 * About how many bytes V8 takes for what a JSON text says, at most: an empty object takes sixty for its two characters.
 */
const parsedBytes = (text: string): number => {
  let bytes = 2 * text.length;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') bytes += 64;
    else if (character === ',' || character === ':') bytes += 32;
  }
  return bytes;
};

/** A restricted viewer does not see the uri. */
export const createShowVersion = ({ artifacts, remember }: Pick<Queries, 'artifacts' | 'remember'>): ShowVersion => {
  const sourceShown = remember(
    (source: string, isRestricted: boolean) => `${source} ${isRestricted}`,
    (name, isRestricted) => {
      const { uri, metadata, metrics, ...rest } = artifacts.sourceOf(name) ?? lost(name);
      const source: Resource = {
        ...rest,
        uri: isRestricted ? null : uri,
        metadata: JSON.parse(metadata) as unknown,
        metrics: JSON.parse(metrics) as unknown,
      };
      return { source, size: parsedBytes(metadata) + parsedBytes(metrics) + 2 * (uri?.length ?? 0) };
    },
    ({ size }) => 1 + size / 1_000,
  );
  return (version, role) => ({ ...version, source: sourceShown(version.source, role === 'restricted_viewer').source });
};
