/** What may be asked of a source artifact. */
import { JsonObject, Metrics } from '../values/json';

export type ArtifactCommand =
  | { readonly type: 'LogArtifact'; readonly artifactType: string; readonly digest: string; readonly uri: string | null;
      readonly sizeBytes: number | null; readonly metadata: JsonObject; readonly metrics: Metrics;
      readonly run: string | null; readonly aliases: ReadonlyArray<string> }
  | { readonly type: 'AddSourceAlias'; readonly alias: string; readonly version: number }
  | { readonly type: 'RemoveSourceAlias'; readonly alias: string }
  | { readonly type: 'DeleteArtifactVersion'; readonly version: number };
