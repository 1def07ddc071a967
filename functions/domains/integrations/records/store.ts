import type * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';
import { Count, smallStore } from '../../../platform/table/small-store.ts';
import { HookDelivery, HookReference, Integration, IntegrationSecret, IntegrationToken } from './integration.ts';

const INTEGRATION = 'INTEGRATION#';
const MAX_INTEGRATIONS = 50;

const integrationsPk = (account: string): string => `A#${account}#INTEGRATIONS`;

export const integrations = entity({
  type: 'integration',
  schema: Integration,
  key: ({ account, id }: Pick<Integration, 'account' | 'id'>) => ({
    pk: integrationsPk(account),
    sk: `${INTEGRATION}${id}`,
  }),
});

export const integrationCounts = entity({
  type: 'integration_count',
  schema: Count,
  key: ({ account }: Pick<v.InferOutput<typeof Count>, 'account'>) => ({ pk: integrationsPk(account), sk: 'COUNT' }),
});

export const integrationStore = smallStore({
  entity: integrations,
  counts: integrationCounts,
  pk: integrationsPk,
  prefix: INTEGRATION,
  max: MAX_INTEGRATIONS,
  noun: { one: 'integration', many: 'integrations' },
});

export const integrationSecrets = entity({
  type: 'integration_secret',
  schema: IntegrationSecret,
  key: ({ account, integrationId }: Pick<IntegrationSecret, 'account' | 'integrationId'>) => ({
    pk: `A#${account}#INTEGRATIONSECRETS`,
    sk: `SECRET#${integrationId}`,
  }),
});

export const integrationTokens = entity({
  type: 'integration_token',
  schema: IntegrationToken,
  key: ({ account, integrationId }: Pick<IntegrationToken, 'account' | 'integrationId'>) => ({
    pk: `A#${account}#INTEGRATIONSECRETS`,
    sk: `TOKEN#${integrationId}`,
  }),
});

/** How long repetitions of a delivery are recognized. Vendors repeat for up to three days. */
export const RECOGNIZED_DAYS = 7;

export const hookDeliveries = entity({
  type: 'hook_delivery',
  schema: HookDelivery,
  key: ({ account, integrationId, key }: Pick<HookDelivery, 'account' | 'integrationId' | 'key'>) => ({
    pk: `A#${account}#HOOK#${integrationId}#${key}`,
    sk: 'DELIVERY',
  }),
});

export const profileReferencesPk = (account: string, profileId: string): string =>
  `A#${account}#PROFILEHOOKS#${profileId}`;

export const hookReferences = entity({
  type: 'hook_reference',
  schema: HookReference,
  key: ({ account, integrationId, object }: Pick<HookReference, 'account' | 'integrationId' | 'object'>) => ({
    pk: `A#${account}#HOOK#${integrationId}#${object}`,
    sk: 'REFERENCE',
  }),
  // Few references of orders are looked up by their person: for an erasure.
  indexes: ({ account, profileId, integrationId, object }) => ({
    gsi2:
      profileId === undefined
        ? undefined
        : { pk: profileReferencesPk(account, profileId), sk: `${integrationId}#${object}` },
  }),
});
