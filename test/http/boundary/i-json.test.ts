import * as fc from 'fast-check';
import { pathOf } from '../../../src/http/boundary/faults';
import { iJsonFaults, MOST_DEPTH } from '../../../src/http/boundary/i-json';

/** A JSON text as a tree of which the faults are known. */
type Node =
  | { type: 'word'; text: string }
  | { type: 'number'; text: string; fault: boolean }
  | { type: 'string'; value: string }
  | { type: 'array'; items: Array<Node> }
  | { type: 'object'; members: Array<[string, Node]> };

const number = fc.oneof(
  fc.maxSafeInteger().map((n): Node => ({ type: 'number', text: String(n), fault: false })),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n): Node => {
    const text = JSON.stringify(n);
    return { type: 'number', text, fault: /^-?\d+$/.test(text) && !Number.isSafeInteger(n) };
  }),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }).map((n): Node => ({ type: 'number', text: String(n), fault: true })),
  fc.bigInt({ min: 2n ** 53n, max: 2n ** 80n }).map((n): Node => ({ type: 'number', text: `-${n}`, fault: true })),
  fc.constantFrom('1e309', '-1e999', '1E+400', '9'.repeat(400)).map((text): Node => ({ type: 'number', text, fault: true })),
  fc.constantFrom('1e17', '9007199254740993.0', '-0', '0.0', '1E-400', '12e+3').map((text): Node => ({ type: 'number', text, fault: false })),
);
const string = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.constantFrom('\ud83d', '\ude00', 'a', '"', '\\', '/', '\u0000', '{', ',', ':'), { maxLength: 5 }).map((units) => units.join('')),
  fc.constantFrom('__proto__', 'constructor', ''),
);

const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom('true', 'false', 'null').map((text): Node => ({ type: 'word', text })),
    number,
    string.map((value): Node => ({ type: 'string', value })),
    fc.array(tie('node'), { maxLength: 4 }).map((items): Node => ({ type: 'array', items })),
    fc.array(fc.tuple(string, tie('node')), { maxLength: 5 }).map((members): Node => ({ type: 'object', members })),
  ),
}));

/** A string in JSON, each unit written plainly or as an escape. */
const quoted = (value: string, escape: (i: number) => boolean): string =>
  `"${[...Array(value.length).keys()]
    .map((i) => {
      const unit = value.charAt(i);
      const plain = unit >= ' ' && unit !== '"' && unit !== '\\';
      return plain && !escape(i) ? unit : `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
    })
    .join('')}"`;

const printed = (tree: Node, space: string, escape: (i: number) => boolean): string => {
  const inner = (one: Node) => `${space}${printed(one, space, escape)}${space}`;
  switch (tree.type) {
    case 'word':
    case 'number':
      return tree.text;
    case 'string':
      return quoted(tree.value, escape);
    case 'array':
      return `[${tree.items.map(inner).join(',')}]`;
    case 'object':
      return `{${tree.members.map(([name, one]) => `${space}${quoted(name, escape)}${space}:${inner(one)}`).join(',')}}`;
  }
};

/** Path and kind of every fault, in the order of the text. */
const expected = (tree: Node, path: ReadonlyArray<string | number>): Array<string> => {
  switch (tree.type) {
    case 'word':
      return [];
    case 'number':
      return tree.fault ? [`${pathOf(path)} number`] : [];
    case 'string':
      return tree.value.isWellFormed() ? [] : [`${pathOf(path)} surrogate`];
    case 'array':
      return tree.items.flatMap((item, i) => expected(item, [...path, i]));
    case 'object':
      return tree.members.flatMap(([name, member], i) => [
        ...(tree.members.slice(0, i).some(([earlier]) => earlier === name) ? [`${pathOf([...path, name])} twice`] : []),
        ...(name.isWellFormed() ? [] : [`${pathOf([...path, name])} surrogate`]),
        ...expected(member, [...path, name]),
      ]);
  }
};

const kindOf = (message: string): string =>
  message.includes('twice') ? 'twice' : message.includes('surrogate') ? 'surrogate' : 'number';

const found = (text: string) => iJsonFaults(text).map(({ path, message }) => `${path} ${kindOf(message)}`);

describe('S2: what JSON.parse lets pass and I-JSON does not', () => {
  test('is found, all of it and nothing else, at its path, however the text is written', () => {
    fc.assert(
      fc.property(node, fc.constantFrom('', ' ', '\n\t', '  '), fc.array(fc.boolean(), { minLength: 1 }), (tree, space, escapes) => {
        const text = printed(tree, space, (i) => escapes[i % escapes.length] ?? false);
        JSON.parse(text);
        expect(found(text)).toEqual(expected(tree, []).slice(0, 100));
      }),
      { numRuns: 3000 },
    );
  });

  test(`${MOST_DEPTH} levels are taken, one more is not`, () => {
    for (const [open, close] of [['[', ']'], ['{"a":', '}']] as const) {
      const nested = (depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
      expect(iJsonFaults(nested(MOST_DEPTH))).toEqual([]);
      expect(iJsonFaults(nested(MOST_DEPTH + 1))).toEqual([
        { path: expect.any(String), message: 'is nested deeper than 64' },
      ]);
    }
  });

  test('time grows with the length of the text, not faster', () => {
    const kinds: ReadonlyArray<(length: number) => string> = [
      (length) => `"${'\\u0061'.repeat(length / 6)}"`,
      (length) => `"${'\\\\'.repeat(length / 2)}"`,
      (length) => `[${'[],'.repeat(length / 3)}0]`,
      (length) => `{${Array.from({ length: length / 12 }, (_, i) => `"k${i}":1`).join(',')}}`,
      (length) => `[${'1'.repeat(length)}.5]`,
      (length) => `[${'1,'.repeat(length / 2)}1]`,
      (length) => ' '.repeat(length) + '1',
    ];
    const quickest = (text: string) =>
      Math.min(
        ...Array.from({ length: 5 }, () => {
          const start = process.hrtime.bigint();
          iJsonFaults(text);
          return Number(process.hrtime.bigint() - start);
        }),
      );
    for (const kind of kinds) expect(quickest(kind(1_600_000)) / quickest(kind(200_000))).toBeLessThan(30);
  });
});
