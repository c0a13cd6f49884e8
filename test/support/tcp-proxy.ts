import { createServer, connect, Socket } from 'node:net';

export type TcpProxy = {
  readonly port: number;
  /** Breaks every connection. */
  readonly cut: () => void;
  /** Whether new connections are broken at once. */
  refuse: boolean;
  /** Milliseconds that everything takes longer, each way. */
  delayMs: number;
  /** Carries nothing on the connections there are, until `release`: as when the network is away for a while. */
  readonly hold: () => void;
  readonly release: () => void;
  /** Carries nothing more on the connections there are, ever, and tells neither end: they are half-open. */
  readonly strand: () => void;
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
};

type Pair = { readonly ends: readonly [Socket, Socket]; stranded: boolean };

/** A proxy on a free port of this machine, to a port of this machine or of another. */
export const startTcpProxy = async (target: number, host = '127.0.0.1'): Promise<TcpProxy> => {
  const pairs = new Set<Pair>();
  let held: Array<() => void> | undefined;

  const carry = (pair: Pair, from: Socket, to: Socket): void => {
    from.on('data', (chunk: Buffer) => {
      if (pair.stranded) return;
      const write = (): void => {
        if (!to.destroyed) to.write(chunk);
      };
      if (held !== undefined) held.push(write);
      else if (proxy.delayMs > 0) setTimeout(write, proxy.delayMs);
      else write();
    });
  };

  const server = createServer((client) => {
    if (proxy.refuse) {
      client.destroy();
      return;
    }
    const upstream = connect(target, host);
    const pair: Pair = { ends: [client, upstream], stranded: false };
    pairs.add(pair);
    const close = (): void => {
      if (pair.stranded) return;
      pairs.delete(pair);
      for (const end of pair.ends) end.destroy();
    };
    for (const end of pair.ends) end.on('error', close).on('close', close).setNoDelay(true);
    carry(pair, client, upstream);
    carry(pair, upstream, client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const breakAll = (): void => {
    for (const { ends } of pairs) for (const end of ends) end.destroy();
    pairs.clear();
  };

  const proxy: TcpProxy = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    cut: breakAll,
    refuse: false,
    delayMs: 0,
    hold: () => {
      held ??= [];
    },
    release: () => {
      const waiting = held ?? [];
      held = undefined;
      for (const write of waiting) write();
    },
    strand: () => {
      for (const pair of pairs) pair.stranded = true;
    },
    connections: () => pairs.size,
    stop: async () => {
      proxy.refuse = true;
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
};
