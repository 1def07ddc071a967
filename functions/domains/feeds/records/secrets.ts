import * as v from 'valibot';
import type { SftpFile } from '../../../platform/fetch/sftp/sftp.ts';
import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { rotatingSecrets } from '../../accounts/tokens/rotating-secrets.ts';
import { FeedError } from '../content/feed-error.ts';
import type { CatalogFeed, Credentials, FeedSource, SftpSource } from './feed.ts';
import { receiverOf } from './source.ts';
import { feedSecrets } from './store.ts';

interface Given {
  readonly source: FeedSource;
  readonly secret: string;
}

const SEND_AGAIN = 'for its server. Send them again.';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

const secrets = rotatingSecrets({
  purpose: 'feed',
  ownerClaim: 'feed',
  read: (feed, { account, table }) => table.get(feedSecrets, { account, feed }),
  write: (feed, secret, { account, table }) => table.write(put(feedSecrets, { account, feed, ...secret })),
});

/** Who gets the secret, and the secret. */
const Stored = v.tuple([v.string(), v.string()]);

/** Stores the secret for the server of `source`: no other one ever gets it. */
export const storeSecret = (feed: string, { source, secret }: Given, context: Deps): Promise<void> =>
  secrets.store(feed, JSON.stringify([receiverOf(source) ?? '', secret]), context);

export const removeSecret = async (
  feed: string,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<void> => {
  await table.write(remove(feedSecrets, { account, feed }));
};

/**
 * The stored credentials of a feed. Undefined if there are none for its server: source and secret are two items, and a
 * reader can see one before its change and the other one after it.
 */
export const readCredentials = async (
  { id, source, authentication }: Pick<CatalogFeed, 'id' | 'source' | 'authentication'>,
  context: Deps,
): Promise<Credentials | undefined> => {
  if (!authentication) return undefined;
  const [stored] = await secrets.readValid(id, context);
  if (stored === undefined) return undefined;
  const [receiver, secret] = v.parse(Stored, JSON.parse(stored));
  return receiver === receiverOf(source) ? { ...authentication, secret } : undefined;
};

/** The headers that authenticate a request. */
export const headersFrom = (credentials: Credentials | undefined): Readonly<Record<string, string>> => {
  if (credentials?.kind === 'header') return { [credentials.name.toLowerCase()]: credentials.secret };
  if (credentials?.kind !== 'basic') return {};
  const { user, secret } = credentials;
  return { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` };
};

/** @throws FeedError if a feed that needs credentials has none for its server */
export const headersOf = async (feed: CatalogFeed, context: Deps): Promise<Readonly<Record<string, string>>> => {
  const credentials = await readCredentials(feed, context);
  if (feed.authentication && !credentials) throw new FeedError(`The feed has no credentials ${SEND_AGAIN}`);
  return headersFrom(credentials);
};

/** A file of an SFTP server, with the login that reads it. */
export const sftpFileFrom = ({ kind: _, ...file }: SftpSource, credentials: Credentials | undefined): SftpFile => {
  if (credentials?.kind !== 'password' && credentials?.kind !== 'private_key')
    throw new FeedError(`The feed has no credentials ${SEND_AGAIN}`);
  return { ...file, login: credentials };
};
