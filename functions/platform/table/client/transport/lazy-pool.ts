import type { Transport, TransportFactory } from './transport.ts';

/** For whom requests follow one another by the thousand: what each of them costs weighs more than what the client takes to load. */
export const openLazyPool: TransportFactory = (...given) => {
  let opened: Promise<Transport> | undefined;
  return async (headers, body) => {
    opened ??= import('./pool.ts').then(({ openPool }) => openPool(...given));
    return (await opened)(headers, body);
  };
};
