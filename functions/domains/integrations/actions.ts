import { randomBytes } from 'node:crypto';
import type { Context } from '../accounts/context.ts';
import type { Integration } from './records/integration.ts';
import { newIntegrationId } from './records/integration-id.ts';
import { removeSecret, replaceSecret } from './records/secrets.ts';
import { integrationStore } from './records/store.ts';
import type { SourceName } from './source/names.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

export interface IntegrationInput {
  readonly name: string;
  readonly source: SourceName;
  /** Some vendors show it only after they know the URL. Until it is set, deliveries are refused. */
  readonly secret?: string | undefined;
}

export type IntegrationChange = Partial<Omit<IntegrationInput, 'source'>> & { readonly enabled?: boolean };

export const getIntegration = integrationStore.get;
export const readAllIntegrations = integrationStore.all;

const CUSTOMER_KEY_BYTES = 24;

/** Stores the secret first: an integration that says it has one can check signatures. */
export const createIntegration = async (
  { name, source, secret }: IntegrationInput,
  context: Deps,
): Promise<Integration> => {
  const id = newIntegrationId(context);
  const customerKey = randomBytes(CUSTOMER_KEY_BYTES).toString('base64url');
  if (secret !== undefined) await replaceSecret(id, secret, context);
  try {
    const fields = { name, source, enabled: true, hasSecret: secret !== undefined, customerKey };
    return await integrationStore.create(fields, context, id);
  } catch (error) {
    await removeSecret(id, context);
    throw error;
  }
};

/** Changes what is given. The secret before is accepted for another day. */
export const changeIntegration = async (
  id: string,
  { secret, ...change }: IntegrationChange,
  context: Deps,
): Promise<Integration> => {
  await getIntegration(id, context);
  if (secret !== undefined) await replaceSecret(id, secret, context);
  return integrationStore.update(id, { ...change, ...(secret !== undefined && { hasSecret: true }) }, context);
};

/** Deliveries are refused afterwards, and those that wait are dropped. */
export const deleteIntegration = async (id: string, context: Deps): Promise<void> => {
  await integrationStore.remove(id, context);
  await removeSecret(id, context);
};
