import * as v from 'valibot';
import type { Context } from '../../domains/accounts/context.ts';
import { describeEndpoint, type Endpoint, type Relationship } from '../../platform/http/resource/relationship.ts';
import type { ToMany } from '../../platform/http/resource/to-many.ts';
import { nullDocument, nullDocumentSchema, type ToOne } from '../../platform/http/resource/to-one.ts';
import { toMany } from './resource.ts';

/**
 * Resources that Klaviyo's clients include and that are not supported yet. There are none of them, but clients can name
 * their attributes in `fields[…]`.
 */
export const TagView = v.object({ name: v.string() });

const FlowView = v.object({
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

const description = 'Not supported yet: the result is always empty.';

type WithId = { readonly id: string };

interface Endpoints {
  readonly related: Endpoint;
  readonly ids: Endpoint;
}

/** A to-many relationship to an unsupported resource. It is always empty. */
export const unsupportedRelationship = ({
  related,
  ids,
  ...of
}: Pick<ToMany<WithId, never, Context>, 'type' | 'noun' | 'schema'> & Endpoints) =>
  toMany<WithId, never>({
    ...of,
    read: async () => ({ items: [] }),
    show: () => [],
    idOf: () => '',
    include: async () => new Map(),
    related: { description, ...related },
    ids: { description, ...ids },
  });

/** The flows that a resource triggers. */
export const flowTriggers = (resource: 'List' | 'Metric') => {
  const summary = `Get the flows that a ${resource.toLowerCase()} triggers`;
  return unsupportedRelationship({
    type: 'flow',
    noun: { one: 'flow', many: 'flows' },
    schema: FlowView,
    related: { operation: `getFlowsTriggeredBy${resource}`, summary },
    ids: {
      operation: `getIdsForFlowsTriggeredBy${resource}`,
      summary: summary.replace('the flows', 'the ids of the flows'),
    },
  });
};

interface UnsupportedToOne extends Pick<ToOne<WithId, never, Context>, 'type' | 'schema'> {
  readonly related: Endpoint & { readonly summary: string };
  readonly ids: Endpoint & { readonly summary: string };
}

/** A to-one relationship to an unsupported resource. It is always null. */
export const unsupportedToOne = ({ type, schema, related, ids }: UnsupportedToOne): Relationship<WithId, Context> => ({
  type,
  schema,
  isToMany: false,

  routes(name, { path, scopes, route, getOne }) {
    const describe = (endpoint: UnsupportedToOne['ids']) =>
      ({
        method: 'GET',
        status: 200,
        ...describeEndpoint(
          { description, ...endpoint },
          { scope: scopes.read, errors: ['not_found'], summary: endpoint.summary },
        ),
        result: nullDocumentSchema,
        async handle({ params }: { readonly params: { readonly id: string } }, context: Context) {
          await getOne(params.id, context);
          return nullDocument(context);
        },
      }) as const;
    const relatedRoute = route({
      ...describe(related),
      path: `${path}/{id}/${name}`,
      reading: { fields: { [type]: schema } },
    });
    const idsRoute = route({ ...describe(ids), path: `${path}/{id}/relationships/${name}` });
    return [
      { verb: 'related', operation: related.operation, route: relatedRoute },
      { verb: 'ids', operation: ids.operation, route: idsRoute },
    ];
  },
});
