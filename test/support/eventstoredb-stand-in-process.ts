/** The stand-in as a process of its own, to be killed: FOLDER [PORT]. Prints its port when it listens. */
import { startStandIn } from './eventstoredb-stand-in';

const [, , folder = '', port = '0'] = process.argv;

void startStandIn({ folder, port: Number(port) }).then((standIn) => process.stdout.write(`${standIn.port}\n`));
