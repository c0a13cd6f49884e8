/** What ties operations to the methods of controllers: requests are decoded before them, and their answers encoded. */
import { applyDecorators, createParamDecorator, ExecutionContext, RequestMapping, RequestMethod } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FastifyReply, FastifyRequest } from 'fastify';
import { isLeft } from 'fp-ts/Either';
import { encodeAnswer } from './answering';
import { API, Caller, DecodedRequest, Operation, ReplyTo } from './operation';
import { malformed, Problem } from './problems';
import { requestDecoder } from './request';
import { Sender, senderOf } from './sender';

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation;
  }
  interface FastifyRequest {
    caller: Caller | undefined;
  }
}

/** @param caller who asks; undefined in `open` operations */
type Handler<O extends Operation> = (request: DecodedRequest<O>, caller: Caller, sender: Sender) => ReplyTo<O>;

type Http = { readonly request: FastifyRequest; readonly reply: FastifyReply };

const Http = createParamDecorator((_: unknown, context: ExecutionContext): Http => {
  const http = context.switchToHttp();
  return { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
});

/**
 * Makes a method of a controller the handler of an operation. Not by an interceptor of Nest's: each request would be an
 * observable within an observable then, which costs more than all else that is done for a small one.
 */
export const Handles = <O extends Operation>(handled: O) => {
  const decode = requestDecoder(handled);
  const decorate = applyDecorators(
    RequestMapping({ path: API + handled.path, method: RequestMethod[handled.method] }),
    RouteConfig({ operation: handled }),
  );
  return <H extends Handler<O>>(target: object, key: string, method: TypedPropertyDescriptor<H>): void => {
    const { value: handle } = method;
    if (handle === undefined) throw new Error(`${key} is not a method`);
    const answering = async function (this: unknown, { request, reply }: Http): Promise<unknown> {
      const decoded = decode({
        target: request.originalUrl,
        headers: request.headers,
        body: request.body instanceof Uint8Array ? request.body : undefined,
      });
      if (isLeft(decoded)) throw malformed(decoded.left);
      const answered = await handle.call(this, decoded.right as DecodedRequest<O>, request.caller as Caller, senderOf(request));
      if (answered instanceof Problem) throw answered;
      return encodeAnswer(handled, answered, request, reply);
    };
    Object.assign(method, { value: answering });
    Http()(target, key, 0);
    decorate(target, key, method);
  };
};
