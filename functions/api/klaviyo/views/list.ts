import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import type { List } from '../../../domains/lists/list.ts';
import { OptInProcess, optInProcessOf } from '../../../model/account.ts';
import { offsetTime } from '../../../model/offset-time.ts';
import { type Resource, resource } from '../../../platform/http/answer/jsonapi.ts';
import type { Selection } from '../../../platform/http/query/reading.ts';

export const ListView = v.partial(
  v.object({
    name: v.string(),
    created: v.string(),
    updated: v.string(),
    opt_in_process: OptInProcess,
    profile_count: v.number(),
  }),
);

export const listView = (
  list: List,
  context: Pick<Context, 'origin' | 'accountSettings'>,
  fields?: Selection['fields'],
  additional: Readonly<Record<string, unknown>> = {},
): Resource => {
  const { id, name, created, updated } = list;
  return resource(
    {
      type: 'list',
      id,
      path: '/api/lists',
      attributes: {
        name,
        created: offsetTime(created),
        updated: offsetTime(updated),
        opt_in_process: optInProcessOf(context.accountSettings, list),
        ...additional,
      },
      relationships: { profiles: undefined, tags: undefined, 'flow-triggers': undefined },
    },
    context,
    // Who asks for a further attribute need not name it a second time.
    fields?.list && { ...fields, list: [...fields.list, ...Object.keys(additional)] },
  );
};
