/** How the keys look that this software makes, so that people, secret scanners and the log know one when they see it. */

export const KEY_PREFIX = 'moniker_';

const KEY = new RegExp(`${KEY_PREFIX}[\\w-]{43}`, 'g');

/** A text that may be shown, whatever somebody has put into it: only the prefix is left of a key. */
export const withoutKeys = (text: string): string => text.replace(KEY, `${KEY_PREFIX}…`);
