/** A9: which aliases differ only in case. The engine's own folding (`/iu`) is Unicode's simple one: held against that. */
import * as fc from 'fast-check';
import { foldCase } from '../../../src/domain/values/names';

const isSurrogate = (point: number): boolean => point >= 0xd800 && point <= 0xdfff;

/** Every character that has a case, or is the case of another. */
const cased = Array.from({ length: 0x110000 }, (_, point) => point)
  .filter((point) => !isSurrogate(point))
  .map((point) => String.fromCodePoint(point))
  .filter((character) => character.toLowerCase() !== character || character.toUpperCase() !== character);

const foldAlike = (a: string, b: string): boolean => foldCase(a) === foldCase(b);
const simplyAlike = (a: string, b: string): boolean =>
  new RegExp(`^\\u{${a.codePointAt(0)?.toString(16)}}$`, 'iu').test(b);

describe('A9: case folding', () => {
  it('there are many characters with a case', () => expect(cased.length).toBeGreaterThan(2_500));

  it('characters that are alike by simple folding fold alike, and no others of one character each', () => {
    const groups = new Map<string, Array<string>>();
    for (const character of cased) {
      const folded = foldCase(character);
      groups.set(folded, [...(groups.get(folded) ?? []), character]);
    }
    const different: Array<string> = [];
    for (const [folded, characters] of groups)
      for (const one of characters)
        for (const other of characters)
          if (Array.from(folded).length === 1 && !simplyAlike(one, other)) different.push(`${one} ${other}`);
    const split: Array<string> = [];
    for (const one of cased)
      for (const other of [one.toLowerCase(), one.toUpperCase(), one.toUpperCase().toLowerCase(), one.toLowerCase().toUpperCase()])
        if (Array.from(other).length === 1 && simplyAlike(one, other) && !foldAlike(one, other)) split.push(`${one} ${other}`);
    expect({ different, split }).toEqual({ different: [], split: [] });
  });

  it.each([
    ['production', 'PRODUCTION'],
    ['straße', 'STRASSE'],
    ['straße', 'STRAẞE'],
    ['ﬁnal', 'FINAL'],
    ['ﬃ', 'FFI'],
    ['σίσυφος', 'ΣΊΣΥΦΟΣ'],
    ['ὈΔΥΣΣΕΎΣ', 'ὀδυσσεύς'],
    ['K', 'k'],
    ['Å', 'å'],
    ['İ', 'i\u0307'],
    ['ŉ', 'ʼN'],
    ['ſ', 'S'],
    ['µ', 'Μ'],
    ['ᾳ', 'ΑΙ'],
    ['ΐ', '\u0399\u0308\u0301'],
    ['ꭰ', 'Ꭰ'],
    ['\u{10400}', '\u{10428}'],
  ])('%s and %s are alike', (a, b) => expect(foldCase(a)).toBe(foldCase(b)));

  it.each([
    ['ı', 'i'],
    ['ı', 'I'],
    ['İ', 'i'],
    ['é', 'e'],
    ['é', 'e\u0301'],
    ['a', 'а'],
    ['o', '0'],
    ['production', 'productions'],
  ])('%s and %s are not', (a, b) => expect(foldCase(a)).not.toBe(foldCase(b)));

  it('a text and its capitals are alike, but for the dotless i; folding again changes nothing', () => {
    const text = fc.string({ unit: fc.oneof(fc.constantFrom(...cased), fc.constantFrom('a', ' ', 'ʼ', '\u0307', '-')), maxLength: 12 });
    fc.assert(
      fc.property(text, (value) => {
        expect(foldCase(foldCase(value))).toBe(foldCase(value));
        if (!value.includes('ı')) expect(foldAlike(value, value.toUpperCase())).toBe(true);
        expect(foldAlike(value, value.toLowerCase())).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
