/** What ties operations to the methods of controllers. */
import { applyDecorators, createParamDecorator, ExecutionContext, RequestMapping, RequestMethod } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { FastifyRequest } from 'fastify';
import { API, Caller as Asking, DecodedRequest, Operation, ReplyTo } from './operation';
import { AnyDecodedRequest, DecodeRequest, requestDecoder } from './request';
import { Sender as Sending, senderOf } from './sender';

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: Operation;
    decode?: DecodeRequest;
  }
  interface FastifyRequest {
    caller: Asking | undefined;
    decoded: AnyDecodedRequest | undefined;
  }
}

type Handler<O extends Operation> = (request: DecodedRequest<O>, caller: Asking, sender: Sending) => ReplyTo<O>;

/** Makes a method of a controller the handler of an operation. */
export const Handles = <O extends Operation>(handled: O) => {
  const decorate = applyDecorators(
    RequestMapping({ path: API + handled.path, method: RequestMethod[handled.method] }),
    RouteConfig({ operation: handled, decode: requestDecoder(handled) }),
  );
  return <H extends Handler<O>>(target: object, key: string, method: TypedPropertyDescriptor<H>): void =>
    decorate(target, key, method);
};

const requestOf = (context: ExecutionContext): FastifyRequest => context.switchToHttp().getRequest<FastifyRequest>();

/** The decoded request: `DecodedRequest<typeof op>`. */
export const Decoded = createParamDecorator((_: unknown, context: ExecutionContext) => requestOf(context).decoded);

export type Caller = Asking;

/** Who asks; undefined in `open` operations. */
export const Caller = createParamDecorator((_: unknown, context: ExecutionContext) => requestOf(context).caller);

export type Sender = Sending;

/** From where it comes. */
export const Sender = createParamDecorator((_: unknown, context: ExecutionContext) => senderOf(requestOf(context)));
