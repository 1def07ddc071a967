import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { List } from '../../../domains/lists/list.ts';
import { OptInProcess, optInProcessOf } from '../../../model/account.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const listView = defineView({
  type: 'list',
  path: '/api/lists',
  entries: { name: v.string(), created: v.string(), updated: v.string(), opt_in_process: OptInProcess },
  additional: { profile_count: v.number() },
  attributes: (list: List, { accountSettings }: Pick<Context, 'accountSettings'>) => ({
    name: list.name,
    created: withUtcOffset(list.created),
    updated: withUtcOffset(list.updated),
    opt_in_process: optInProcessOf(accountSettings, list),
  }),
  relationships: () => ({ profiles: undefined, tags: undefined, 'flow-triggers': undefined }),
});
