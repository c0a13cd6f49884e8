import type { components } from '#openapi';

/** RFC 9457, as the API answers it; `offline` and `unreadable` are the page's own. */
export type Problem = Omit<components['schemas']['Problem'], 'code'> & { code: string; retryAfter?: number };

/** What went wrong with a request, ready to be shown. */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
    this.name = 'ProblemError';
  }
}

export const offline = (): ProblemError =>
  new ProblemError({
    type: 'about:blank',
    title: 'The server cannot be reached',
    status: 0,
    code: 'offline',
    detail: 'Nothing was lost. Check the connection; the page tries again by itself.',
  });

const unreadable = (status: number): ProblemError =>
  new ProblemError({
    type: 'about:blank',
    title: status >= 500 ? 'The server is in trouble' : 'An answer that this page does not understand',
    status,
    code: 'unreadable',
    detail: `The server answered with status ${status} and no explanation. Try again in a moment.`,
  });

const isProblem = (value: unknown): value is Problem =>
  typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;

/** The problem that an answer carries. */
export const problemFrom = (body: unknown, response: Response): ProblemError => {
  if (!isProblem(body)) return unreadable(response.status);
  const retryAfter = Number(response.headers.get('retry-after'));
  return new ProblemError(retryAfter > 0 ? { ...body, retryAfter } : body);
};

export const problemOf = (error: unknown): Problem =>
  error instanceof ProblemError
    ? error.problem
    : {
        type: 'about:blank',
        title: 'Something went wrong in this page',
        status: 0,
        code: 'page',
        detail: error instanceof Error ? error.message : String(error),
      };

export const hasCode = (error: unknown, ...codes: ReadonlyArray<string>): error is ProblemError =>
  error instanceof ProblemError && codes.includes(error.problem.code);
