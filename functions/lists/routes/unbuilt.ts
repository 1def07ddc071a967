import { collection, collectionOf, identifiersOf } from '../../http/jsonapi.ts';
import { route } from '../../http/route.ts';
import { FlowView, NONE_YET, TagView } from '../../http/unbuilt.ts';
import { getList } from '../actions.ts';

const common = {
  method: 'GET',
  description: NONE_YET,
  scope: 'lists:read',
  status: 200,
  errors: ['not_found'],
} as const;

export const getTagsForList = route({
  ...common,
  path: '/api/lists/{id}/tags',
  summary: 'Get the tags of a list',
  reading: { fields: { tag: TagView } },
  result: collectionOf('tag', TagView),

  async handle({ params }, context) {
    await getList(params.id, context);
    return collection({ items: [] }, context);
  },
});

export const getTagIdsForList = route({
  ...common,
  path: '/api/lists/{id}/relationships/tags',
  summary: 'Get the ids of the tags of a list',
  result: identifiersOf('tag'),

  async handle({ params }, context) {
    await getList(params.id, context);
    return collection({ items: [] }, context);
  },
});

export const getFlowsTriggeredByList = route({
  ...common,
  path: '/api/lists/{id}/flow-triggers',
  summary: 'Get the flows that a list triggers',
  reading: { fields: { flow: FlowView } },
  result: collectionOf('flow', FlowView),

  async handle({ params }, context) {
    await getList(params.id, context);
    return collection({ items: [] }, context);
  },
});

export const getIdsForFlowsTriggeredByList = route({
  ...common,
  path: '/api/lists/{id}/relationships/flow-triggers',
  summary: 'Get the ids of the flows that a list triggers',
  result: identifiersOf('flow'),

  async handle({ params }, context) {
    await getList(params.id, context);
    return collection({ items: [] }, context);
  },
});
