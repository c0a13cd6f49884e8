/** `npm run docs:roles`: makes `docs/roles.md` anew. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { operationsById } from '../support/operations';
import { rolesPage } from './page';

void operationsById().then((operations) => writeFileSync(join(__dirname, '../../docs/roles.md'), rolesPage(operations)));
