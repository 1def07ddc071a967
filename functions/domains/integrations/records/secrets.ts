import { put, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { rotatingSecrets } from '../../accounts/tokens/rotating-secrets.ts';
import { integrationSecrets, integrationTokens } from './store.ts';

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

const tokens = rotatingSecrets({
  purpose: 'integration',
  // A secret can not be read as a token.
  ownerClaim: 'apiOf',
  read: (integrationId, { account, table }) => table.get(integrationTokens, { account, integrationId }),
  write: (integrationId, token, { account, table }) =>
    table.write(put(integrationTokens, { account, integrationId, ...token })),
});

/** Stores the token for the API of the vendor. */
export const storeApiToken = tokens.store;

/** The token for the API of the vendor, if there is one. */
export const readApiToken = async (
  integrationId: string,
  context: Pick<Context, 'account' | 'table' | 'now'>,
): Promise<string | undefined> => (await tokens.readValid(integrationId, context))[0];

/** Removes the secret and the token of an integration. */
export const removeSecrets = async (
  integrationId: string,
  { account, table }: Pick<Context, 'account' | 'table'>,
): Promise<void> => {
  await table.write(remove(integrationSecrets, { account, integrationId }));
  await table.write(remove(integrationTokens, { account, integrationId }));
};
