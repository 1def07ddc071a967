import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import type { RequestContext } from '../../platform/http/context.ts';
import type { Endpoint } from '../../platform/http/resource/relationship.ts';
import type { ToMany } from '../../platform/http/resource/to-many.ts';
import { collectionDocument } from '../../platform/http/response/jsonapi.ts';
import { toMany } from './resource.ts';

/**
 * Resources that Klaviyo's clients ask for beside others and that are not built yet: there are none of them. Their
 * attributes may be named in `fields[…]`.
 */
export const TagView = v.object({ name: v.string() });

export const FlowView = v.object({
  name: v.string(),
  status: v.string(),
  archived: v.boolean(),
  created: v.string(),
  updated: v.string(),
  trigger_type: v.string(),
});

export const SegmentView = v.object({
  name: v.string(),
  definition: v.unknown(),
  created: v.string(),
  updated: v.string(),
  is_active: v.boolean(),
  is_processing: v.boolean(),
  is_starred: v.boolean(),
});

export const ConversationView = v.object({ channel: v.string() });

/** What the routes to these have in common. */
export const unbuilt = {
  method: 'GET',
  description: 'Not supported yet: the result is always empty.',
  status: 200,
  errors: ['not_found'],
} as const;

interface OfOne {
  readonly params: { readonly id: string };
}

/** Handles a route to what something has none of: a 404 where `find` has no such thing. */
export const noneOf =
  (find: (id: string, context: RequestContext) => Promise<unknown>) =>
  async ({ params }: OfOne, context: RequestContext) => {
    await find(params.id, context);
    return collectionDocument({ items: [] }, context);
  };

/** A relationship to one thing, where there is nothing. */
export const nothingRelated = v.object({ data: v.null(), links: v.object({ self: v.string() }) });

/** A relationship to what isn't built yet. Included, there is none of it. */
export const notBuilt = ({
  related,
  ids,
  ...of
}: Pick<ToMany<{ readonly id: string }, never, Context>, 'type' | 'noun' | 'schema'> & {
  readonly related: Endpoint;
  readonly ids: Endpoint;
}) =>
  toMany<{ readonly id: string }, never>({
    ...of,
    read: async () => ({ items: [] }),
    show: () => [],
    idOf: () => '',
    include: async () => new Map(),
    related: { description: unbuilt.description, ...related },
    ids: { description: unbuilt.description, ...ids },
  });
