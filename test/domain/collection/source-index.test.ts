/** V3: the version that a source is linked as is found among any number, whatever was linked and unlinked before. */
import fc from 'fast-check';
import { addSource, findSource, noSources, removeSource } from '../../../src/domain/collection/source-index';

const names = fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 400 });

test('V3: an index that grew by thousands, and shrank, finds what a plain map does', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000 }), names, (grown, changes) => {
      const named: Array<string> = [];
      const nameOf = (version: number): string | undefined => named[version];
      const linked = new Map<string, number>();
      let index = noSources;
      const toggle = (name: string): void => {
        const held = linked.get(name);
        if (findSource(index, name, nameOf) !== held) throw new Error(`${name} was not found`);
        if (held === undefined) {
          const version = named.push(name) - 1;
          linked.set(name, version);
          index = addSource(index, name, version, nameOf);
        } else {
          linked.delete(name);
          index = removeSource(index, name, held);
        }
      };
      for (let number = 0; number < grown; number++) toggle(`team/project/artifact:v${number}`);
      for (const number of changes) toggle(`team/project/artifact:v${number}`);
      expect(index.size).toBe(linked.size);
      for (const [name, version] of linked) if (findSource(index, name, nameOf) !== version) throw new Error(`${name} is lost`);
      const fullest = Math.max(...index.buckets.map((held) => held.length));
      expect(fullest).toBeLessThan(30);
    }),
    { numRuns: 15 },
  );
});
