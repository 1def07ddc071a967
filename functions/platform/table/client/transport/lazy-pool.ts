import type { Transport, TransportFactory } from './transport.ts';

/** For functions that send thousands of requests: the faster client is worth its loading time. */
export const openLazyPool: TransportFactory = (...args) => {
  let opened: Promise<Transport> | undefined;
  return async (headers, body) => {
    opened ??= import('./pool.ts').then(({ openPool }) => openPool(...args));
    return (await opened)(headers, body);
  };
};
