/** A linked version as the API shows it: what its collection tells, and its source as that is now (T1). */
import { RegistryRole } from '../../domain/values/principals';
import { VersionShown } from '../../projections/collections/shown';
import { Resource } from '../messages';
import { Queries } from './queries';

export type ShowVersion = (version: VersionShown, role: RegistryRole) => Resource;

/** A restricted viewer does not see the uri. */
export const createShowVersion =
  ({ artifacts }: Pick<Queries, 'artifacts'>): ShowVersion =>
  (version, role) => {
    const source = artifacts.sourceOf(version.source);
    if (source === undefined) throw new Error(`the source ${version.source} is linked, but was never logged`);
    const { uri, metadata, metrics, ...rest } = source;
    return {
      ...version,
      source: {
        ...rest,
        uri: role === 'restricted_viewer' ? null : uri,
        metadata: JSON.parse(metadata) as unknown,
        metrics: JSON.parse(metrics) as unknown,
      },
    };
  };
