/** Which runs used which linked version (S5). */

export const tables = ['usage_runs'] as const;

/** Instants stand as the API has them. */
export const schema = `
  CREATE TABLE usage_runs (
    registry TEXT NOT NULL,
    collection TEXT NOT NULL,
    version INTEGER NOT NULL,
    position INTEGER NOT NULL,
    run TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (registry, collection, version, position)
  ) STRICT, WITHOUT ROWID;
`;
