/** The events that an application of a test has stored. */
import { openEmbeddedReader } from '../../src/event-store/embedded/embedded-store';
import { StoredEvent } from '../../src/event-store/event-store';
import { App } from './app';
import { collect } from './events';

/** All of them, in order. */
export const storedEvents = async ({ config }: App): Promise<ReadonlyArray<StoredEvent>> => {
  const reader = openEmbeddedReader({ folder: config.dataDir });
  try {
    return await collect(reader.readAll({ after: 0 }));
  } finally {
    await reader.close();
  }
};

/** The position of the newest one. */
export const headOf = async ({ config }: App): Promise<number> => {
  const reader = openEmbeddedReader({ folder: config.dataDir });
  try {
    return await reader.head();
  } finally {
    await reader.close();
  }
};
