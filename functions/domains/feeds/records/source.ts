import type { FeedSource } from './feed.ts';
import { sftpLocation } from './sftp-location.ts';

/** Where a feed comes from, as people see it. The query of a URL can contain a secret. */
export const locationOf = (source: FeedSource): string => {
  if (source.kind === 'file') return source.key;
  if (source.kind === 'sftp') return sftpLocation(source);
  const { origin, pathname, search } = new URL(source.url);
  return `${origin}${pathname}${search === '' ? '' : '?…'}`;
};

/** Who gets the secret of a feed. Undefined if nobody does. */
export const receiverOf = (source: FeedSource): string | undefined => {
  if (source.kind === 'file') return undefined;
  if (source.kind === 'url') return new URL(source.url).origin;
  const { user, host, port, hostKey } = source;
  return JSON.stringify([user, host, port, hostKey]);
};

/** Whether two sources send a secret to the same server, and for SFTP the same user. */
export const haveSameReceiver = (one: FeedSource, other: FeedSource): boolean => {
  const receiver = receiverOf(one);
  return receiver !== undefined && receiver === receiverOf(other);
};
