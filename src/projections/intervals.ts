/**
 * What held from one instant to another, kept so that what held at any instant is found without a walk over the rest:
 * a relational interval tree (Kriegel, Pötke, Seidl: "Managing Intervals Efficiently in Object-Relational Databases",
 * VLDB 2000). Each interval is kept at one node, an instant within it; all that hold at an instant are at one of the
 * few nodes on the way down to it. Instants are milliseconds since 1970; the tree reaches into the year 2527.
 */
const DEPTH = 44;

/**
 * The node of the interval from `since` (inclusive) to `until` (exclusive), which is not empty. Intervals that do not
 * overlap have different nodes.
 */
export const nodeOf = (since: number, until: number): number => {
  const last = until - 1;
  let width = 1;
  while (Math.floor(since / width) !== Math.floor(last / width)) width *= 2;
  return Math.floor(last / (width / 2)) * (width / 2);
};

/** The nodes, within a span of time, of all intervals of that span that hold at the instant. */
export const nodesAt = (instant: number, span: { readonly from: number; readonly to: number }): ReadonlyArray<number> =>
  Array.from({ length: DEPTH }, (_, level) => {
    const place = Math.floor(instant / 2 ** level);
    return (place % 2 === 0 ? place + 1 : place) * 2 ** level;
  }).filter((node) => node >= span.from && node <= span.to);
