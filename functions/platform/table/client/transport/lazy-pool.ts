import type { Transport, TransportFactory } from './transport.ts';

/** For functions that send thousands of requests: a faster client is worth the time that it takes to load. */
export const openLazyPool: TransportFactory = (...given) => {
  let opened: Promise<Transport> | undefined;
  return async (headers, body) => {
    opened ??= import('./pool.ts').then(({ openPool }) => openPool(...given));
    return (await opened)(headers, body);
  };
};
