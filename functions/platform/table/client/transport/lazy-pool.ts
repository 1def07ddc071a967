import type { OpenPost, Post } from './transport.ts';

/** For whom requests follow one another by the thousand: what each of them costs weighs more than what the client takes to load. */
export const openBusy: OpenPost = (...given) => {
  let opened: Promise<Post> | undefined;
  return async (headers, body) => {
    opened ??= import('./pool.ts').then(({ openPool }) => openPool(...given));
    return (await opened)(headers, body);
  };
};
