import type * as v from 'valibot';
import { entity } from '../../../platform/table/entity.ts';
import { Count, smallStore } from '../../../platform/table/small-store.ts';
import { Webhook, WebhookSecret } from './webhook.ts';

const WEBHOOK = 'WEBHOOK#';
/** Each change is compared with all webhooks of its account. */
export const MAX_WEBHOOKS = 50;

const webhooksPk = (account: string): string => `A#${account}#WEBHOOKS`;

export const webhooks = entity({
  type: 'webhook',
  schema: Webhook,
  key: ({ account, id }: Pick<Webhook, 'account' | 'id'>) => ({ pk: webhooksPk(account), sk: `${WEBHOOK}${id}` }),
});

export const webhookCounts = entity({
  type: 'webhook_count',
  schema: Count,
  key: ({ account }: Pick<v.InferOutput<typeof Count>, 'account'>) => ({ pk: webhooksPk(account), sk: 'COUNT' }),
});

export const webhookStore = smallStore({
  entity: webhooks,
  counts: webhookCounts,
  pk: webhooksPk,
  prefix: WEBHOOK,
  max: MAX_WEBHOOKS,
  noun: { one: 'webhook', many: 'webhooks' },
});

export const webhookSecrets = entity({
  type: 'webhook_secret',
  schema: WebhookSecret,
  key: ({ account, webhookId }: Pick<WebhookSecret, 'account' | 'webhookId'>) => ({
    pk: `A#${account}#WEBHOOKSECRETS`,
    sk: `SECRET#${webhookId}`,
  }),
});
