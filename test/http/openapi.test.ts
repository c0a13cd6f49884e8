import { openApiDocument } from '../../src/http/boundary/openapi/document';
import { lintOpenApi } from '../support/lint-openapi';
import { allOperations } from '../support/operations';

test('the OpenAPI document of the whole API is valid by the linter', async () => {
  const operations = await allOperations();
  expect(operations.length).toBeGreaterThan(60);
  expect(lintOpenApi(openApiDocument(operations))).toBe('');
}, 120_000);
