import type { SftpFile } from '../../../platform/fetch/sftp/sftp.ts';
import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { rotatingSecrets } from '../../accounts/tokens/rotating-secrets.ts';
import { FeedError } from '../content/feed-error.ts';
import type { Authentication, Credentials, SftpSource } from './feed.ts';
import { feedSecrets } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

const secrets = rotatingSecrets({
  purpose: 'feed',
  ownerClaim: 'feed',
  read: (feed, { account, table }) => table.get(feedSecrets, { account, feed }),
  write: (feed, secret, { account, table }) => table.write(put(feedSecrets, { account, feed, ...secret })),
});

export const storeSecret = secrets.store;

export const removeSecret = async (
  feed: string,
  { account, table }: Pick<Deps, 'account' | 'table'>,
): Promise<void> => {
  await table.write(remove(feedSecrets, { account, feed }));
};

/** The stored credentials of a feed. */
export const readCredentials = async (
  { id, authentication }: { readonly id: string; readonly authentication?: Authentication | undefined },
  context: Deps,
): Promise<Credentials | undefined> => {
  if (!authentication) return undefined;
  const [secret] = await secrets.readValid(id, context);
  return secret === undefined ? undefined : { ...authentication, secret };
};

/** The headers that authenticate a request. */
export const headersFrom = (credentials: Credentials | undefined): Readonly<Record<string, string>> => {
  if (credentials?.kind === 'header') return { [credentials.name.toLowerCase()]: credentials.secret };
  if (credentials?.kind !== 'basic') return {};
  const { user, secret } = credentials;
  return { authorization: `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}` };
};

/** A file of an SFTP server, with the login that reads it. */
export const sftpFileFrom = ({ kind: _, ...file }: SftpSource, credentials: Credentials | undefined): SftpFile => {
  if (credentials?.kind !== 'password' && credentials?.kind !== 'private_key')
    throw new FeedError('The feed has no credentials for its SFTP server. Send them again.');
  return { ...file, login: credentials };
};
