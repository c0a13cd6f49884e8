import { PassThrough } from 'node:stream';
import { createProgress } from '../../src/cli/terminal';
import { plain } from '../../src/cli/table';

const tellingOf = (isTerminal: boolean, ticks: ReadonlyArray<readonly [at: number, share: number, count: number]>): string => {
  const stream = new PassThrough();
  let now = 0;
  const progress = createProgress('verifying', stream, isTerminal, () => now);
  for (const [at, share, count] of ticks) {
    now = at;
    progress.tick(share, count);
  }
  progress.end();
  return String(stream.read() ?? '');
};

test('what takes under a second tells nothing', () => {
  expect(tellingOf(true, [[0, 0, 0], [500, 0.5, 100], [999, 1, 200]])).toBe('');
  expect(tellingOf(false, [[0, 0, 0], [999, 1, 200]])).toBe('');
});

test('on a terminal the rate and the time left are told in one line, which goes away', () => {
  expect(tellingOf(true, [[1000, 0.25, 25_000], [1100, 0.26, 26_000], [2000, 0.5, 50_000], [100_000, 0.6, 60_000]])).toBe(
    '\r\u001b[Kverifying: 25,000 events (25 %), 25,000 per second, 3 s left' +
      '\r\u001b[Kverifying: 50,000 events (50 %), 25,000 per second, 2 s left' +
      '\r\u001b[Kverifying: 60,000 events (60 %), 600 per second, 1 min 7 s left' +
      '\r\u001b[K',
  );
});

test('elsewhere it is told in plain lines, every five seconds', () => {
  expect(tellingOf(false, [[1000, 0.25, 25_000], [5999, 0.5, 50_000], [6000, 0.6, 60_000]])).toBe(
    'verifying: 25,000 events (25 %), 25,000 per second, 3 s left\n' +
      'verifying: 60,000 events (60 %), 10,000 per second, 4 s left\n',
  );
});

test('nothing that a terminal would obey is written for people', () => {
  expect(plain('a\u001b[31mb\nc\u0007\u009b\u202ed')).toBe('a\\u001b[31mb\\nc\\u0007\\u009b\\u202ed');
});
