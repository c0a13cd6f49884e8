import { Controller, Inject } from '@nestjs/common';
import {
  answer, Caller, DecodedRequest, Handles, notOwnPage, REFUSE_KEY, RefuseKey, ReplyTo, Sender, SESSION_COOKIE,
} from '../boundary';
import * as operations from './operations';

/** How long a session lasts, in seconds. */
export const SESSION_LASTS = 12 * 60 * 60;

/** The token of a session that begins with a key; undefined for a key that does not open anything. */
export type BeginSession = (key: string) => Promise<string | undefined>;

/** The provider of a `BeginSession`. */
export const BEGIN_SESSION = Symbol('BeginSession');

const cookie = (token: string, maxAge: number, { overTls }: Sender): Readonly<Record<string, string>> => ({
  'set-cookie':
    `${SESSION_COOKIE}=${token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${maxAge}` + (overTls ? '; Secure' : ''),
});

@Controller()
export class SessionController {
  constructor(
    @Inject(BEGIN_SESSION) private readonly beginSession: BeginSession,
    @Inject(REFUSE_KEY) private readonly refuseKey: RefuseKey,
  ) {}

  @Handles(operations.beginSession)
  async begin(
    { body }: DecodedRequest<typeof operations.beginSession>, _caller: Caller, sender: Sender,
  ): ReplyTo<typeof operations.beginSession> {
    if (sender.origin === 'foreign') return notOwnPage();
    const token = await this.beginSession(body.key);
    return token === undefined
      ? this.refuseKey(sender.network)
      : answer(204, null, { headers: cookie(token, SESSION_LASTS, sender) });
  }

  @Handles(operations.endSession)
  async end(
    _request: DecodedRequest<typeof operations.endSession>, _caller: Caller, sender: Sender,
  ): ReplyTo<typeof operations.endSession> {
    return sender.session !== undefined && !sender.isOwnPage ? notOwnPage() : answer(204, null, { headers: cookie('', 0, sender) });
  }
}
