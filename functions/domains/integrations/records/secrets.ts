import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { rotatingSecrets } from '../../accounts/tokens/rotating-secrets.ts';
import { integrationSecrets } from './store.ts';

const secrets = rotatingSecrets({
  purpose: 'integration',
  ownerClaim: 'integrationId',
  read: (integrationId, { account, table }) => table.get(integrationSecrets, { account, integrationId }),
  write: (integrationId, secret, { account, table }) =>
    table.write(put(integrationSecrets, { account, integrationId, ...secret })),
});

/** Accepts a new secret from now on, and for a day also the one before. */
export const replaceSecret = secrets.replace;

/** The secrets that the sender may sign with, the newest first. */
export const readSecrets = secrets.readValid;

export const removeSecret = async (
  integrationId: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<void> => {
  await table.write(remove(integrationSecrets, { account, integrationId }));
};
