/** Where the document and its page are served; whoever can reach the server may read them. */
import { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, matchesEtag } from '../etag';
import { Operation } from '../operation';
import { PROBLEMS_PAGE } from '../problems';
import { PAGE_POLICY } from '../security-headers';
import { openApiDocument } from './document';
import { DOCUMENT_PATH, docsPage, STYLE, STYLE_PATH } from './page';

/** @param operations complete once the application is ready; a document that cannot be made of them stops the start */
export const serveDocument = (fastify: FastifyInstance, operations: ReadonlyArray<Operation>): void => {
  const served = new Map<string, { readonly type: string; readonly content: string; readonly etag: string }>();
  const serve = (path: string, type: string, content: string) =>
    served.set(path, { type, content, etag: etagOf(content) });

  fastify.addHook('onReady', (done) => {
    const document = openApiDocument(operations);
    serve(DOCUMENT_PATH, 'application/json; charset=utf-8', JSON.stringify(document));
    serve(PROBLEMS_PAGE, 'text/html; charset=utf-8', docsPage(document));
    serve(STYLE_PATH, 'text/css; charset=utf-8', STYLE);
    done();
  });

  const answer = (path: string) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { type, content, etag } = served.get(path) ?? { type: 'text/plain', content: '', etag: '' };
    reply.headers({ etag, 'cache-control': 'no-cache', 'content-security-policy': PAGE_POLICY });
    return matchesEtag(request.headers['if-none-match'], etag) ? reply.status(304).send() : reply.type(type).send(content);
  };
  for (const path of [DOCUMENT_PATH, PROBLEMS_PAGE, STYLE_PATH]) fastify.get(path, answer(path));
};
