import * as v from 'valibot';
import { entity } from '../../../../functions/platform/table/entity.ts';
import { Count, smallStore } from '../../../../functions/platform/table/small-store.ts';

const Webhook = v.object({
  account: v.string(),
  id: v.string(),
  name: v.string(),
  description: v.optional(v.string()),
  url: v.string(),
  isEnabled: v.boolean(),
  topics: v.array(v.string()),
  listId: v.optional(v.string()),
  created: v.string(),
  updated: v.string(),
});
export type Webhook = v.InferOutput<typeof Webhook>;

const pk = (account: string): string => `A#${account}#WEBHOOKS`;
const prefix = 'WEBHOOK#';

const webhooks = entity({
  type: 'webhook',
  schema: Webhook,
  key: ({ account, id }: Pick<Webhook, 'account' | 'id'>) => ({ pk: pk(account), sk: `${prefix}${id}` }),
});
const counts = entity({
  type: 'webhook_count',
  schema: Count,
  key: ({ account }: { readonly account: string }) => ({ pk: pk(account), sk: 'COUNT' }),
});

export const store = smallStore({
  entity: webhooks,
  counts,
  pk,
  prefix,
  max: 100,
  noun: { one: 'webhook', many: 'webhooks' },
});
