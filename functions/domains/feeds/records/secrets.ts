import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { rotatingSecrets } from '../../accounts/tokens/rotating-secrets.ts';
import type { Authentication } from './feed.ts';
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

/** The headers that authenticate a request. */
export const headersFrom = (authentication: Authentication, secret: string): Readonly<Record<string, string>> =>
  authentication.kind === 'header'
    ? { [authentication.name.toLowerCase()]: secret }
    : { authorization: `Basic ${Buffer.from(`${authentication.user}:${secret}`).toString('base64')}` };

/** The headers with the stored secret of a feed. */
export const headersOf = async (
  { id, authentication }: { readonly id: string; readonly authentication?: Authentication | undefined },
  context: Deps,
): Promise<Readonly<Record<string, string>>> => {
  if (!authentication) return {};
  const [secret] = await secrets.readValid(id, context);
  return secret === undefined ? {} : headersFrom(authentication, secret);
};
