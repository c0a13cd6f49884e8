/** A process of its own that appends to an embedded store, and tells each answer, until it is killed. */
import { openEmbeddedStore } from '../../src/event-store/embedded/embedded-store';
import { anEvent, appended } from '../support/events';

const [, , folder = '', stream = ''] = process.argv;
const store = openEmbeddedStore({ folder });

const run = async (): Promise<void> => {
  for (let revision = 0; ; revision += 3) {
    const outcomes = await Promise.all(
      [0, 1, 2].map((offset) =>
        appended(store, stream, revision + offset === 0 ? 'no_stream' : revision + offset - 1, [
          anEvent({ revision: revision + offset }),
        ]),
      ),
    );
    process.stdout.write(outcomes.map((outcome) => `${outcome.revision} ${outcome.position}\n`).join(''));
  }
};

void run();
