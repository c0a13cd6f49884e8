/** An artifact's state in parts, for snapshots. A changed form, or another meaning of a state, is another number. */
import { isLeft } from 'fp-ts/Either';
import { List, Map } from 'immutable';
import * as t from 'io-ts';
import { piecesOf, Slots } from '../values/snapshots';
import { ArtifactState } from './state';

const Part = t.union([
  t.strict({ digests: Slots }),
  t.strict({ aliases: t.readonlyArray(t.tuple([t.string, t.number])) }),
  t.strict({ artifactType: t.string }),
]);
type Part = t.TypeOf<typeof Part>;

function* parts(state: ArtifactState): Generator<Part> {
  if (state.type === 'Absent') return;
  yield { artifactType: state.artifactType };
  for (const digests of piecesOf(state.digests)) yield { digests };
  for (const aliases of piecesOf(state.aliases)) yield { aliases };
}

const add = (state: ArtifactState, part: unknown): ArtifactState | undefined => {
  const decoded = Part.decode(part);
  if (isLeft(decoded)) return undefined;
  const { right } = decoded;
  if ('artifactType' in right) return { type: 'Existing', artifactType: right.artifactType, digests: List(), aliases: Map() };
  if (state.type === 'Absent') return undefined;
  return 'digests' in right
    ? { ...state, digests: state.digests.concat(right.digests) }
    : { ...state, aliases: state.aliases.concat(Map(right.aliases)) };
};

export const snapshot = { number: 1, parts, add };
