import { collectionSchema, identifiersSchema } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { FlowView, noneOf, unbuilt } from '../unbuilt.ts';
import { findMetric } from './lookup.ts';

const common = { ...unbuilt, scope: 'metrics:read', handle: noneOf(findMetric) } as const;

export const getFlowsTriggeredByMetric = route({
  ...common,
  path: '/api/metrics/{id}/flow-triggers',
  summary: 'Get the flows that a metric triggers',
  reading: { fields: { flow: FlowView } },
  result: collectionSchema('flow', FlowView),
});

export const getIdsForFlowsTriggeredByMetric = route({
  ...common,
  path: '/api/metrics/{id}/relationships/flow-triggers',
  summary: 'Get the ids of the flows that a metric triggers',
  result: identifiersSchema('flow'),
});
