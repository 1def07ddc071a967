import * as v from 'valibot';
import { entity } from '../../../../functions/platform/table/entity.ts';
import { Count, smallStore } from '../../../../functions/platform/table/small-store.ts';

const Notifier = v.object({
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
export type Notifier = v.InferOutput<typeof Notifier>;

const pk = (account: string): string => `A#${account}#NOTIFIERS`;
const prefix = 'NOTIFIER#';

const notifiers = entity({
  type: 'notifier',
  schema: Notifier,
  key: ({ account, id }: Pick<Notifier, 'account' | 'id'>) => ({ pk: pk(account), sk: `${prefix}${id}` }),
});
const counts = entity({
  type: 'notifier_count',
  schema: Count,
  key: ({ account }: { readonly account: string }) => ({ pk: pk(account), sk: 'COUNT' }),
});

export const store = smallStore({
  entity: notifiers,
  counts,
  pk,
  prefix,
  max: 100,
  noun: { one: 'notifier', many: 'notifiers' },
});
