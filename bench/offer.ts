/** Offers a node commands, from a process of its own. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { Node, TYPESCRIPT } from './node';
import type { Offer, Offered } from './offer-process';

export const offer = ({ node, ...asked }: Omit<Offer, 'port'> & { readonly node: Node }): Promise<Offered> =>
  new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'offer-process.ts'), { execArgv: ['-r', TYPESCRIPT], serialization: 'advanced' });
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('message', (offered) => resolve(offered as Offered));
    child.once('exit', () => {
      process.off('exit', kill);
      reject(new Error('who offers the load is gone'));
    });
    child.send({ ...asked, port: Number(new URL(node.address).port) } satisfies Offer);
  });
