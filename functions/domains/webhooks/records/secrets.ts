import { ApiError } from '../../../platform/errors.ts';
import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { rotatingSecrets } from '../../accounts/tokens/rotating-secrets.ts';
import { webhookSecrets } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

const secrets = rotatingSecrets({
  purpose: 'webhook',
  ownerClaim: 'webhookId',
  read: (webhookId, { account, table }) => table.get(webhookSecrets, { account, webhookId }),
  write: (webhookId, secret, { account, table }) => table.write(put(webhookSecrets, { account, webhookId, ...secret })),
});

/** Stores the first secret of a webhook. */
export const storeSecret = secrets.store;

/** Signs with a new secret from now on, and for a day also with the one before. */
export const replaceSecret = secrets.replace;

export const removeSecret = async (webhookId: string, { account, table }: Deps): Promise<void> => {
  await table.write(remove(webhookSecrets, { account, webhookId }));
};

/** The secrets that sign now, the newest first. */
export const readSecrets = async (webhookId: string, context: Deps): Promise<readonly string[]> => {
  const valid = await secrets.readValid(webhookId, context);
  if (valid.length === 0) throw new ApiError('not_found', { detail: `The webhook ${webhookId} has no secret.` });
  return valid;
};
