import { getList } from '../../../domains/lists/actions.ts';
import { collectionOf, identifiersOf } from '../../../platform/http/answer/jsonapi.ts';
import { route } from '../protocol.ts';
import { FlowView, noneOf, TagView, unbuilt } from '../unbuilt.ts';

const common = { ...unbuilt, scope: 'lists:read', handle: noneOf(getList) } as const;

export const getTagsForList = route({
  ...common,
  path: '/api/lists/{id}/tags',
  summary: 'Get the tags of a list',
  reading: { fields: { tag: TagView } },
  result: collectionOf('tag', TagView),
});

export const getTagIdsForList = route({
  ...common,
  path: '/api/lists/{id}/relationships/tags',
  summary: 'Get the ids of the tags of a list',
  result: identifiersOf('tag'),
});

export const getFlowsTriggeredByList = route({
  ...common,
  path: '/api/lists/{id}/flow-triggers',
  summary: 'Get the flows that a list triggers',
  reading: { fields: { flow: FlowView } },
  result: collectionOf('flow', FlowView),
});

export const getIdsForFlowsTriggeredByList = route({
  ...common,
  path: '/api/lists/{id}/relationships/flow-triggers',
  summary: 'Get the ids of the flows that a list triggers',
  result: identifiersOf('flow'),
});
