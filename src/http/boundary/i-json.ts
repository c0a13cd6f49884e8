/** What JSON.parse lets pass and I-JSON (RFC 7493) does not. */
import { Fault } from './problems';
import { pathOf } from './faults';

/** How deep arrays and objects may stand in each other; the outermost counts. */
export const MOST_DEPTH = 64;

const MOST_FAULTS = 100;

type Container = { readonly keys: Set<string> | undefined; at: string | number };

const NUMBER = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * The faults of a text that JSON.parse accepts, in one pass: integers beyond 2^53-1, numbers that overflow, nesting
 * deeper than 64, member names given twice, unpaired surrogates. Stops at the depth, and after 100 faults.
 */
export const iJsonFaults = (text: string): ReadonlyArray<Fault> => {
  const faults: Array<Fault> = [];
  const open: Array<Container> = [];
  let top: Container | undefined;
  let nameNext = false;
  const fault = (message: string) => faults.push({ path: pathOf(open.map(({ at }) => at)), message });

  let i = 0;
  while (i < text.length && faults.length < MOST_FAULTS) {
    const character = text.charAt(i);
    if (character === '"') {
      const end = endOfString(text, i);
      const value = stringAt(text, i, end);
      i = end;
      if (nameNext && top?.keys) {
        nameNext = false;
        top.at = value;
        if (top.keys.has(value)) fault('is given twice');
        top.keys.add(value);
        if (!value.isWellFormed()) fault('has a name with an unpaired surrogate');
      } else if (!value.isWellFormed()) fault('has an unpaired surrogate');
      continue;
    }
    if (character === '-' || (character >= '0' && character <= '9')) {
      NUMBER.lastIndex = i;
      const [literal = character, fraction, exponent] = NUMBER.exec(text) ?? [];
      i += literal.length;
      const value = Number(literal);
      if (!Number.isFinite(value)) fault('is a number too large for a double');
      else if (fraction === undefined && exponent === undefined && !Number.isSafeInteger(value))
        fault('is an integer beyond 2^53-1: send it as a string, or with an exponent if it may be rounded');
      continue;
    }
    i++;
    if (character === '{' || character === '[') {
      if (open.length === MOST_DEPTH) {
        fault(`is nested deeper than ${MOST_DEPTH}`);
        return faults;
      }
      top = character === '{' ? { keys: new Set(), at: '' } : { keys: undefined, at: 0 };
      nameNext = character === '{';
      open.push(top);
    } else if (character === '}' || character === ']') {
      open.pop();
      top = open.at(-1);
      nameNext = false;
    } else if (character === ',') {
      if (typeof top?.at === 'number') top.at++;
      else nameNext = true;
    }
  }
  return faults;
};

/** The place after the closing quote of the string that opens at `start`. */
const endOfString = (text: string, start: number): number => {
  let i = start + 1;
  while (i < text.length && text.charCodeAt(i) !== QUOTE) i += text.charCodeAt(i) === BACKSLASH ? 2 : 1;
  return i + 1;
};

const stringAt = (text: string, start: number, end: number): string => {
  const raw = text.slice(start + 1, end - 1);
  return raw.includes('\\') ? (JSON.parse(text.slice(start, end)) as string) : raw;
};
