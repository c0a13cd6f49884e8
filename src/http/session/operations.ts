/** Signing in (`app.md`): a browser gives its key once, and keeps a cookie that holds none. */
import { exactly } from '../../domain/values/described';
import { text } from '../../domain/values/names';
import { operation } from '../boundary';

const tag = 'Session';
const ApiKey = text('ApiKey', { min: 1, max: 512, pattern: /^[\x21-\x7e]*$/ });

export const beginSession = operation({
  id: 'beginSession', method: 'POST', path: '/session', tag, kind: 'open',
  summary: 'Sign in',
  description:
    'Answers with a cookie for a browser. It lasts 12 hours, and no longer than its key, which is not in it. Commands ' +
    'that come with it need the header "Moniker-Request: 1", and an Origin that is this server.',
  body: exactly({ key: ApiKey }),
  answers: { 204: null },
  codes: ['unauthenticated', 'forbidden', 'too_many_requests', 'store_unavailable'],
});

export const endSession = operation({
  id: 'endSession', method: 'DELETE', path: '/session', tag, kind: 'open',
  summary: 'Sign out',
  description: 'Takes the cookie back. Whoever copied it is kept out by revoking the key.',
  answers: { 204: null },
  codes: ['forbidden'],
});
