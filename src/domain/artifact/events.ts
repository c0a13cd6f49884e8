/** The events of a source artifact. The names and members are storage: a change needs an upcaster. */
import * as t from 'io-ts';
import { exactly, oneOf, orNull } from '../values/described';
import { Metadata, Metrics, Size } from '../values/json';
import { AliasName, ArtifactType, Digest, Run, Uri } from '../values/names';
import { VersionNumber } from '../values/versions';

export const sourceCauses = ['log', 'change', 'delete'] as const;
export type SourceCause = (typeof sourceCauses)[number];
const SourceCause = oneOf('SourceCause', sourceCauses);

export const artifactEvents = {
  ArtifactLogged: exactly({
    version: VersionNumber,
    type: ArtifactType,
    digest: Digest,
    uri: orNull(Uri),
    sizeBytes: orNull(Size),
    metadata: Metadata,
    metrics: Metrics,
    run: orNull(Run),
  }),
  AliasAdded: exactly({ alias: AliasName, to: VersionNumber, cause: SourceCause }),
  AliasMoved: exactly({ alias: AliasName, from: VersionNumber, to: VersionNumber, cause: SourceCause }),
  AliasRemoved: exactly({ alias: AliasName, from: VersionNumber, cause: SourceCause }),
  ArtifactVersionDeleted: exactly({ version: VersionNumber }),
};

export type ArtifactEvents = typeof artifactEvents;
export type ArtifactEvent = {
  [K in keyof ArtifactEvents]: { readonly type: K; readonly data: t.TypeOf<ArtifactEvents[K]> };
}[keyof ArtifactEvents];
