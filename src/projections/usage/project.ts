/** How recorded usage changes the table. */
import { Database, ProjectedEvent } from '../read-model';
import { prepare } from '../sql';

export const changes = {
  recorded: 'INSERT INTO usage_runs (registry, collection, version, position, run, at) VALUES (?, ?, ?, ?, ?, ?)',
} as const;

export const project = (db: Database): ((projected: ProjectedEvent) => void) => {
  const change = prepare(db, changes);
  return (projected) => {
    if (projected.category !== 'usage') return;
    const { registry, collection, position, at, event } = projected;
    change.recorded.run(registry, collection, event.data.version, position, event.data.run, at);
  };
};
