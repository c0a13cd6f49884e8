/** Serving the Registry App at `/`: its files, and its one page for every address of its own. */
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { matchesEtag } from '../boundary/etag';
import { notFound } from '../boundary/problems';
import { splitTarget } from '../boundary/query-string';
import { APP_POLICY } from '../boundary/security-headers';
import { Coding, INDEX, PageFile, readFiles } from './files';

const NOT_BUILT = `The Registry App is not built. "npm run build" builds it; then start the server again.

The API is served at /api/v1, and described at /api/docs.
`;

/** Below these there is nothing but what has a route of its own. */
const NOT_OF_THE_PAGE = /^\/(api|health|metrics|assets)(\/|$)/;

const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * @param folder where the built page is; where there is none, `/` says how to build it. Read once, now.
 */
export const servePage = (fastify: FastifyInstance, folder: string): void => {
  const files = readFiles(folder);
  const index = files.get(INDEX);
  fastify.get('/*', async (request, reply) => {
    const { path } = splitTarget(request.originalUrl);
    const file = files.get(path);
    if (file !== undefined) return send(file, request, reply);
    if (!isPlaceInPage(path, request.headers.accept)) throw notFound();
    reply.header('vary', 'accept');
    return index === undefined
      ? reply.status(404).type('text/plain; charset=utf-8').send(NOT_BUILT)
      : send(index, request, reply);
  });
};

/** A path that a person opens: a browser asks for HTML then, and for something else when it fetches what is not there. */
const isPlaceInPage = (path: string, accept = ''): boolean =>
  path === '/' || (!NOT_OF_THE_PAGE.test(path) && /\btext\/html\b/i.test(accept));

const send = async (file: PageFile, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
  const coding = codingFor(request.headers['accept-encoding']);
  const encoded = coding === undefined ? undefined : await file.encoded(coding);
  const etag = `"${file.etag}${encoded === undefined ? '' : `-${coding}`}"`;
  reply.headers({
    etag,
    vary: [reply.getHeader('vary'), 'accept-encoding'].filter((name) => name !== undefined).join(', '),
    'cache-control': file.isHashed ? FOR_EVER : 'no-cache',
    'content-security-policy': APP_POLICY,
  });
  if (matchesEtag(request.headers['if-none-match'], etag)) return reply.status(304).send();
  if (encoded !== undefined) reply.header('content-encoding', coding);
  return reply.type(file.type).send(encoded ?? file.content);
};

/** Brotli before gzip, where the client takes it (RFC 9110, 12.5.3). */
const codingFor = (acceptEncoding = ''): Coding | undefined => {
  const taken = acceptEncoding
    .toLowerCase()
    .split(',')
    .filter((one) => !/;\s*q=0(\.0*)?\s*$/.test(one))
    .map((one) => one.split(';')[0]?.trim());
  return (['br', 'gzip'] as const).find((coding) => taken.includes(coding));
};
