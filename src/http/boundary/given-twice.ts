/** Of headers that are given twice Node keeps one; a proxy in front may have judged by the other. */
import { IncomingMessage } from 'node:http';

/** @param name in lower case */
export const isGivenTwice = ({ rawHeaders }: IncomingMessage, name: string): boolean =>
  rawHeaders.filter((each, index) => index % 2 === 0 && each.toLowerCase() === name).length > 1;
