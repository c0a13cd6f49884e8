import * as fc from 'fast-check';
import { appendable } from '../../../src/event-store/appendable';
import {
  artifactStream, categories, collectionStream, ORGANIZATION_STREAM, parseStream, registryStream, requestStream, usageStream,
} from '../../../src/domain/values/streams';
import { anEvent } from '../../support/events';

const name = fc.string({ unit: fc.constantFrom('a', 'B', '-', '/', '%', '.', ' ', '@', '$', "'", '+', 'é', '\u{1f418}'), minLength: 1, maxLength: 6 });
const plain = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,9}$/);

describe('streams are storage', () => {
  it('their names are these, for ever', () => {
    expect(ORGANIZATION_STREAM).toBe('organization-self');
    expect(registryStream('Golden Datasets')).toBe('registry-Golden%20Datasets');
    expect(collectionStream('model', 'zoo/é-\u{1f418}')).toBe('collection-model/zoo%2F%C3%A9-%F0%9F%90%98');
    expect(artifactStream('vision/zoo/zoo_model')).toBe('artifact-vision/zoo/zoo_model');
    expect(usageStream('model', 'zoo')).toBe('usage-model/zoo');
    expect(requestStream('0f')).toBe('request-0f');
    expect(categories).toEqual(['organization', 'registry', 'collection', 'artifact', 'usage', 'request']);
  });

  it('say what they are the streams of', () => {
    expect(parseStream(ORGANIZATION_STREAM)).toEqual({ category: 'organization', names: ['self'] });
    fc.assert(
      fc.property(name, name, plain, (registry, collection, artifact) => {
        expect(parseStream(registryStream(registry))).toEqual({ category: 'registry', names: [registry] });
        expect(parseStream(collectionStream(registry, collection))).toEqual({ category: 'collection', names: [registry, collection] });
        expect(parseStream(usageStream(registry, collection))).toEqual({ category: 'usage', names: [registry, collection] });
        expect(parseStream(artifactStream(`${artifact}/p/a`))).toEqual({ category: 'artifact', names: [artifact, 'p', 'a'] });
      }),
    );
  });

  it('are such as a store takes', () => {
    fc.assert(
      fc.property(name, name, (registry, collection) => {
        for (const stream of [registryStream(registry), collectionStream(registry, collection)])
          expect(appendable(stream, 'no_stream', [anEvent()])).toMatchObject({ _tag: 'Right' });
      }),
    );
  });

  it.each(['', 'registry', 'registryx', 'collections-a/b', '$ce-collection', '-a', 'Registry-a', 'snapshot-a', 'registry-%', 'collection-a/%E0%A4'])(
    '%p is none of ours', (stream) => expect(parseStream(stream)).toBeUndefined(),
  );
});
