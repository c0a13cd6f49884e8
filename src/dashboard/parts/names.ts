/** The rules of names, to explain them while somebody types; the server has the last word. */
const RESERVED = /^(latest|v[0-9]+)$/i;

const hasControl = (text: string) => [...text].some((character) => character < ' ' || character === '\u007f');

/** What is wrong with an alias or a collection's name, or undefined. */
const faultOfName = (text: string, what: string): string | undefined => {
  if (text === '') return undefined;
  if ([...text].length > 128) return `${what} has at most 128 characters.`;
  if (/[/:@]/.test(text)) return `${what} holds none of / : @.`;
  if (hasControl(text)) return `${what} holds no control characters.`;
  if (text !== text.trim()) return `${what} has no space at either end.`;
  return text === '.' || text === '..' ? `${what} is not . or ..` : undefined;
};

export const faultOfCollection = (text: string) => faultOfName(text, 'A collection’s name');

const isReserved = (alias: string) => RESERVED.test(alias);

/** What is wrong with an alias that somebody gives by hand in a registry with these protected ones. */
export const faultOfAlias = (text: string, protectedAliases: ReadonlyArray<string>): string | undefined => {
  const fault = faultOfName(text, 'An alias');
  if (fault !== undefined) return fault;
  if (isReserved(text))
    return `${text} is reserved: Moniker gives latest and version numbers itself, with every link.`;
  const twin = protectedAliases.find((name) => name !== text && name.toLowerCase() === text.toLowerCase());
  return twin === undefined ? undefined : `Too much like the protected alias ${twin}, which differs only in case.`;
};

export const faultOfRegistry = (text: string): string | undefined => {
  if (text === '') return undefined;
  if ([...text].length > 113) return 'A registry’s name has at most 113 characters.';
  if (/[/\\#?%:]/.test(text)) return 'A registry’s name holds none of / \\ # ? % :';
  if (text.startsWith('wandb-registry-')) return 'The prefix wandb-registry- is added by itself.';
  if (text !== text.trim()) return 'A registry’s name has no space at either end.';
  return hasControl(text) || text === '.' || text === '..' ? 'This cannot be a registry’s name.' : undefined;
};

export const faultOfTag = (text: string): string | undefined =>
  text === '' || (/^[-\w]([-\w ]*[-\w])?$/.test(text) && text.length <= 128)
    ? undefined
    : 'A tag is made of letters, digits, - _ and inner spaces, at most 128.';

/** `v12` as 12, to sort and count by. */
export const numberOf = (version: string): number => Number(version.slice(1));
