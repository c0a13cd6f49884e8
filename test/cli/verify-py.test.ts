import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHAIN_START, canonicalJson, chainOf } from '../../src/event-store/history/chain';
import { Json } from '../../src/event-store/event-store';
import { cli } from '../support/cli';
import { makeHistory } from '../support/history';
import { temporaryFolder, TemporaryFolder } from '../support/temporary-folder';

const verifier = join(__dirname, '../../docs/verify.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;

let folder: TemporaryFolder;
let text: string;
let heads: string;
beforeAll(async () => {
  folder = temporaryFolder();
  await makeHistory(folder.path, { moves: { zoo: 30, 'a "net" 😀 ﬁ': 10 } });
  const env = { MONIKER_DATA_DIR: folder.path };
  text = (await cli(['export'], env)).stdout;
  heads = (await cli(['heads'], env)).stdout;
}, 60_000);
afterAll(() => folder.remove());

const verified = (exported: string | Uint8Array, kept?: string) => {
  const [file, head] = [join(folder.path, 'export'), join(folder.path, 'heads')];
  writeFileSync(file, exported);
  writeFileSync(head, kept ?? '');
  const { status, stdout, stderr } = spawnSync('python3', [verifier, file, ...(kept === undefined ? [] : [head])], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return { status, lines: stdout.trim().split('\n') };
};

const RUN_ALL = `
import contextlib, io, runpy, sys
verifier, *files = sys.argv[1:]
for file in files:
    sys.argv = [verifier, file]
    try:
        with contextlib.redirect_stdout(io.StringIO()): runpy.run_path(verifier)
    except SystemExit as ended: print(ended.code)
`;

/** How the verifier ends on each of many exports, in one process. */
const endings = (exports: ReadonlyArray<string>): ReadonlyArray<string> => {
  const files = exports.map((exported, index) => {
    const file = join(folder.path, `export-${index}`);
    writeFileSync(file, exported);
    return file;
  });
  const { stdout, stderr } = spawnSync('python3', ['-c', RUN_ALL, verifier, ...files], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.trim().split('\n');
};

/** An export of one stream of these data, as no rule of Moniker would allow. */
const exportOf = (data: ReadonlyArray<Json>): string => {
  let chain = CHAIN_START;
  return data
    .map((value, revision) => {
      const event = { stream: 's', revision, id: '0', type: 'T' };
      chain = chainOf(chain, { ...event, data: canonicalJson(value), metadata: '{}' });
      return `${JSON.stringify({ ...event, data: value, metadata: {}, chain })}\n`;
    })
    .join('');
};

test('the verifier is short, and needs nothing but Python', () => {
  const source = readFileSync(verifier, 'utf8');
  expect(source.split('\n').length).toBeLessThanOrEqual(60);
  expect(source.match(/^(import|from) .*$/gm)).toEqual(['import hashlib, json, sys']);
});

// Where there is no Python there is nothing to run it with.
if (hasPython) {
  test('E5: a real export is whole, and so is it against its heads, also older ones', () => {
    const { status, lines } = verified(text, heads);
    expect([status, lines]).toEqual([0, [expect.stringMatching(/^whole: \d+ events of 3 streams$/)]]);
    const [, , , , event = ''] = text.split('\n');
    const { stream, revision, chain } = JSON.parse(event) as Record<string, string>;
    expect(verified(text, `${chain} ${revision} ${stream}\n`).status).toBe(0);
    expect(verified(text, `${'0'.repeat(64)} ${revision} ${stream}\n`)).toMatchObject({
      status: 1, lines: ['line 5: is not the head kept', expect.any(String)],
    });
  });

  test('E5: a cut-off end is found by heads only', () => {
    const cut = text.split('\n').slice(0, -3).join('\n') + '\n';
    expect(verified(cut).status).toBe(0);
    const { status, lines } = verified(cut, heads);
    expect([status, lines[0]]).toEqual([1, expect.stringMatching(/^collection-.* ends before \d+, whose chain was kept$/)]);
  });

  test('E5: every changed character, line left out, line put in and exchange of lines is found', () => {
    const lines = text.split('\n').slice(0, -1);
    const line = 9;
    const changed = (change: (whole: Array<string>) => void): string => {
      const copy = [...lines];
      change(copy);
      return `${copy.join('\n')}\n`;
    };
    const characters = [...(lines[line] ?? '')];
    const tampered = [
      ...characters.flatMap((character, place) =>
        /[\w]/.test(character)
          ? [changed((copy) => (copy[line] = characters.with(place, character === '1' ? '2' : '1').join('')))]
          : [],
      ),
      changed((copy) => copy.splice(line, 1)),
      changed((copy) => copy.splice(line, 0, copy[line] ?? '')),
      changed((copy) => copy.splice(line, 2, copy[line + 1] ?? '', copy[line] ?? '')),
      changed((copy) => (copy[line] = copy[line]?.replace('{', '{"more":1,') ?? '')),
      changed((copy) => (copy[line] = copy[line]?.replace('"data":{', '"data":{"alias":"x",') ?? '')),
      changed((copy) => (copy[line] = '')),
      changed((copy) => (copy[line] = '[]')),
    ];
    expect(tampered.length).toBeGreaterThan(200);
    expect(endings([text, ...tampered])).toEqual(['0', ...tampered.map(() => '1')]);
  });

  test('white space and the order of members in a line mean nothing', () => {
    const loose = text.replaceAll('{"stream":', '{ "stream" : ').replaceAll(',"type":', ' ,\t"type": ');
    expect(verified(loose).status).toBe(0);
  });

  test('RFC 8785: numbers and texts are written as ECMAScript writes them', () => {
    const bits = new DataView(new ArrayBuffer(8));
    let seed = 1;
    const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648);
    const numbers = Array.from({ length: 3000 }, () => {
      bits.setUint32(0, random() * 2);
      bits.setUint32(4, random() * 2);
      return bits.getFloat64(0);
    }).filter(Number.isFinite);
    const powers = Array.from({ length: 60 }, (_, n) => [10 ** (n - 30), -(10 ** (n - 30)), 1.5 * 10 ** (n - 30), 2 ** (n * 3)]);
    const known = [0, -0, 1, -1, 1e21, 1e20, 123456789012345680000, 1e-6, 1e-7, 5e-324, 1.7976931348623157e308, 0.1, 2 ** 53 - 1, Number('333333333.33333329')];
    const texts = ['\u0000\u001f\u007f\u0080', '"\\/\b\f\n\r\t', '€$\u2028\u2029', '😀 ﬁ', 'é'.normalize('NFD')];
    const names = { 'ﬁ': 1, '😀': 2, '\r': 3, '': 4, b: 5, aa: 6, '10': 7, '9': 8, 'é': 9 };
    const { status, lines } = verified(exportOf([[...known, ...powers.flat(), ...numbers], texts, names, [null, true, false, {}, []]]));
    expect([status, lines]).toEqual([0, ['whole: 4 events of 1 streams']]);
  });
}
