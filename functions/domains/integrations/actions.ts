import { randomBytes } from 'node:crypto';
import { ApiError } from '../../platform/errors.ts';
import type { Context } from '../accounts/context.ts';
import type { Integration } from './records/integration.ts';
import { newIntegrationId } from './records/integration-id.ts';
import { removeSecrets, replaceSecret, storeApiToken } from './records/secrets.ts';
import { integrationStore } from './records/store.ts';
import type { GenericSettings } from './source/generic-settings.ts';
import type { SourceName } from './source/names.ts';
import { checkMapping } from './sources/generic/topic.ts';
import { sources } from './sources/sources.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

export interface IntegrationInput {
  readonly name: string;
  readonly source: SourceName;
  /** Some vendors show it only after they know the URL. Until it is set, deliveries are refused. */
  readonly secret?: string | undefined;
  /** The token for the API of a vendor whose payloads only name things. */
  readonly apiToken?: string | undefined;
  /** Needed by the source `generic`, and by no other. */
  readonly generic?: GenericSettings | undefined;
}

export type IntegrationChange = Partial<Omit<IntegrationInput, 'source'>> & { readonly enabled?: boolean };

export const getIntegration = integrationStore.get;
export const readAllIntegrations = integrationStore.all;

const CUSTOMER_KEY_BYTES = 24;

/** Stores the secret first: an integration that says it has one can check signatures. */
export const createIntegration = async (
  { name, source, secret, apiToken, generic }: IntegrationInput,
  context: Deps,
): Promise<Integration> => {
  await checkGeneric(source, generic);
  checkApiToken(source, apiToken);
  const id = newIntegrationId(context);
  const customerKey = randomBytes(CUSTOMER_KEY_BYTES).toString('base64url');
  if (secret !== undefined) await replaceSecret(id, secret, context);
  if (apiToken !== undefined) await storeApiToken(id, apiToken, context);
  try {
    const isFurther = (await readAllIntegrations(context)).some((one) => one.source === source);
    const fields = {
      ...{ name, source, enabled: true, hasSecret: secret !== undefined, customerKey },
      ...(apiToken !== undefined && { hasApiToken: true }),
      ...(generic && { generic }),
      ...(isFurther && { hasOwnNumbers: true }),
    };
    return await integrationStore.create(fields, context, id);
  } catch (error) {
    await removeSecrets(id, context);
    throw error;
  }
};

/** Changes what is given. The secret before is accepted for another day. */
export const changeIntegration = async (
  id: string,
  { secret, apiToken, ...change }: IntegrationChange,
  context: Deps,
): Promise<Integration> => {
  const { source } = await getIntegration(id, context);
  if (change.generic) await checkGeneric(source, change.generic);
  checkApiToken(source, apiToken);
  if (secret !== undefined) await replaceSecret(id, secret, context);
  if (apiToken !== undefined) await storeApiToken(id, apiToken, context);
  const known = {
    ...(secret !== undefined && { hasSecret: true }),
    ...(apiToken !== undefined && { hasApiToken: true }),
  };
  return integrationStore.update(id, { ...change, ...known }, context);
};

/** Deliveries are refused afterwards, and those that wait are dropped. */
export const deleteIntegration = async (id: string, context: Deps): Promise<void> => {
  await integrationStore.remove(id, context);
  await removeSecrets(id, context);
};

/** @throws ApiError `invalid` if the settings are missing, of another source, or cannot be read */
const checkGeneric = async (source: SourceName, generic: GenericSettings | undefined): Promise<void> => {
  if ((source === 'generic') === (generic !== undefined)) {
    if (generic) await checkMapping(generic.mapping);
    return;
  }
  throw new ApiError('invalid', {
    detail: generic
      ? `The signatures and payloads of ${source} are known. Leave \`generic\` out.`
      : 'Say how the system signs, and what its payloads mean: `generic` has `signature` and `mapping`.',
    source: { pointer: '/data/attributes/generic' },
  });
};

/** @throws ApiError `invalid` for a source whose payloads say everything */
const checkApiToken = (source: SourceName, apiToken: string | undefined): void => {
  if (apiToken === undefined || sources[source].usesApi) return;
  throw new ApiError('invalid', {
    detail: `The webhooks of ${source} say everything, and need no token. Leave \`api_token\` out.`,
    source: { pointer: '/data/attributes/api_token' },
  });
};
