/** Writes one snapshot after another, each of other parts, until it is killed; says so after the first. */
import { openSnapshotFiles } from '../../src/app/snapshot-files';
import { silent } from '../../src/event-store/log';

const main = async ([folder = '', stream = '']: ReadonlyArray<string>): Promise<void> => {
  const snapshots = openSnapshotFiles(folder, silent);
  for (let round = 0; ; round++) {
    const parts = Array.from({ length: 50 }, () => `${round} `.repeat(10_000));
    snapshots.keep({ stream, number: 1, head: { revision: round, position: 0, chain: '', at: '' } }, parts);
    await snapshots.written();
    if (round === 0) process.stdout.write('one is written\n');
  }
};

void main(process.argv.slice(2));
