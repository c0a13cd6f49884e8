import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Operation } from '../../src/http/boundary';

const resources = join(__dirname, '../../src/http');

const isOperation = (exported: object): exported is Operation => 'id' in exported && 'answers' in exported;

/** Every operation that a resource of the API describes. */
export const allOperations = async (): Promise<ReadonlyArray<Operation>> => {
  const files = readdirSync(resources, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('operations.ts'))
    .map((name) => join(resources, name));
  const exported = await Promise.all(files.map(async (file) => Object.values<object>(await import(file))));
  return exported.flat().filter(isOperation);
};

export const operationsById = async (): Promise<ReadonlyMap<string, Operation>> =>
  new Map((await allOperations()).map((operation) => [operation.id, operation]));
