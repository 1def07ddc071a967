import * as v from 'valibot';
import { ApiError } from '../../../platform/errors.ts';
import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { openToken, signToken } from '../../accounts/tokens/actions.ts';
import { webhookSecrets } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** How long the former secret signs too, so that the receiver can change its own at leisure. */
export const OVERLAP_MS = 24 * 3_600_000;

const encryptSecret = (webhookId: string, secret: string, context: Deps): Promise<string> =>
  signToken({ purpose: 'webhook', claims: { webhookId }, hidden: { secret } }, context);

const Sealed = v.object({ webhookId: v.string(), secret: v.string() });

const decryptSecret = async (webhookId: string, token: string, context: Deps): Promise<string> => {
  const opened = await openToken({ purpose: 'webhook', token, schema: Sealed }, context);
  if (opened.kind === 'invalid' || opened.claims.webhookId !== webhookId)
    throw new Error(`The secret of the webhook ${webhookId} cannot be decrypted.`);
  return opened.claims.secret;
};

/** Stores the first secret of a webhook. */
export const storeSecret = async (webhookId: string, secret: string, context: Deps): Promise<void> => {
  const current = await encryptSecret(webhookId, secret, context);
  await context.table.write(put(webhookSecrets, { account: context.account, webhookId, current }));
};

/** Signs with a new secret from now on, and for a day also with the one before. */
export const replaceSecret = async (webhookId: string, secret: string, context: Deps): Promise<void> => {
  const { account, table, now } = context;
  const stored = await table.get(webhookSecrets, { account, webhookId });
  if (stored && (await decryptSecret(webhookId, stored.current, context)) === secret) return;
  const current = await encryptSecret(webhookId, secret, context);
  const previousUntil = new Date(now().getTime() + OVERLAP_MS).toISOString();
  const previous = stored && { previous: stored.current, previousUntil };
  await table.write(put(webhookSecrets, { account, webhookId, current, ...previous }));
};

export const removeSecret = async (webhookId: string, { account, table }: Deps): Promise<void> => {
  await table.write(remove(webhookSecrets, { account, webhookId }));
};

/** The secrets that sign now, the newest first. */
export const readSecrets = async (webhookId: string, context: Deps): Promise<readonly string[]> => {
  const { account, table, now } = context;
  const stored = await table.get(webhookSecrets, { account, webhookId });
  if (!stored) throw new ApiError('not_found', { detail: `The webhook ${webhookId} has no secret.` });
  const { current, previous, previousUntil = '' } = stored;
  const isOverlapping = previous !== undefined && previousUntil > now().toISOString();
  return Promise.all(
    [current, ...(isOverlapping ? [previous] : [])].map((token) => decryptSecret(webhookId, token, context)),
  );
};
