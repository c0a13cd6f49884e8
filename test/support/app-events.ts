/** The events that an application of a test has stored. */
import { StoredEvent } from '../../src/event-store/event-store';
import { App } from './app';
import { collect } from './events';

/** All of them, in order. */
export const storedEvents = ({ store }: App): Promise<ReadonlyArray<StoredEvent>> => collect(store().readAll({ after: 0 }));

/** How far the log was read, and where the newest event of the application was then: a store may hold much of others. */
const searched = new WeakMap<App, number>();

/** The position of the newest one. */
export const headOf = async (app: App): Promise<number> => {
  let newest = searched.get(app) ?? 0;
  for await (const { position } of app.store().readAll({ after: newest })) newest = position;
  searched.set(app, newest);
  return newest;
};
