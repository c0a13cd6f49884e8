/** Instants on the command line (T1). */
import { isLeft } from 'fp-ts/Either';
import { Instant, instantOf, parseInstant } from '../domain/values/instants';
import { wronglyAsked } from './exit';

/** @throws Stop that names the option */
export const pastInstant = (option: string, text: string): Instant => {
  const instant = parseInstant(text);
  if (isLeft(instant)) throw wronglyAsked(`${option} "${text}" ${instant.left}`);
  if (instant.right > instantOf(Date.now() + 60_000)) throw wronglyAsked(`${option} "${text}" lies in the future`);
  return instant.right;
};
