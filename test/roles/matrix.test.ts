/**
 * The table of roles, cell by cell, on the real application: whoever asks for whatever gets what the table says, and
 * nothing is recorded where it says no.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openEmbeddedReader, EventReader } from '../../src/event-store/embedded/embedded-store';
import { Operation } from '../../src/http/boundary';
import { OpenApiDocument } from '../../src/http/boundary/openapi/document';
import { App, Reply, startApp } from '../support/app';
import { operationsById } from '../support/operations';
import { rolesPage } from './page';
import { makePlaces, Place } from './places';
import { requestOf, sentFor } from './requests';
import { askers, outcomes, rows, signsOf } from './table';

let app: App;
let places: ReadonlyArray<Place>;
let reader: EventReader;
let operations: ReadonlyMap<string, Operation>;
beforeAll(async () => {
  app = await startApp();
  places = await makePlaces(app, askers);
  reader = openEmbeddedReader({ folder: app.config.dataDir });
  operations = await operationsById();
}, 120_000);
afterAll(async () => {
  await reader.close();
  await app.close();
});

const ask = async (row: (typeof rows)[number], place: Place): Promise<{ reply: Reply; shown: boolean }> => {
  const { method, path, body, shows } = sentFor(row, place, operations);
  const client = place.key === undefined ? app.nobody : app.withKey(place.key);
  const reply = await client.send(method, path, body);
  return { reply, shown: reply.status < 300 && (shows?.(reply) ?? true) };
};

test('every operation of the API stands in the table, every row can be asked for, and every kind has all signs', async () => {
  const { paths } = (await app.nobody.get('/openapi.json')).body as OpenApiDocument;
  const documented = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  expect([...new Set(rows.map(({ operation }) => operation))].sort()).toEqual(documented.sort());
  expect(rows.filter((row) => requestOf(row) === undefined)).toEqual([]);
  expect(new Set(rows.map(({ kind }) => signsOf(kind).length))).toEqual(new Set([askers.length]));
  expect(new Set(rows.map(({ operation, of }) => `${operation} ${of}`)).size).toBe(rows.length);
});

test('the page of the documentation is made of the table as it is now', () => {
  expect(readFileSync(join(__dirname, '../../docs/roles.md'), 'utf8')).toBe(rolesPage(operations));
});

describe.each(rows)('$operation $of', (row) => {
  const cells = signsOf(row.kind).map((sign, index) => ({ sign, index, asker: askers[index]?.name, ...outcomes[sign] }));

  test.each(cells)('$asker: $means', async ({ sign, index, ...expected }) => {
    const place = places[index] as Place;
    const before = await reader.head();
    const { reply, shown } = await ask(row, place);
    const { status } = expected;
    if (status === 'ok') {
      expect({ status: reply.status, text: reply.status < 300 ? '' : reply.text }).toMatchObject({ text: '' });
      expect(shown).toBe(sign === 'y');
      return;
    }
    expect({ status: reply.status, code: reply.body?.code }).toEqual({ status, code: expected.code });
    expect(await reader.head()).toBe(before);
  });
});
