import { collection, collectionOf, identifiersOf } from '../../http/jsonapi.ts';
import { route } from '../../http/route.ts';
import { FlowView, NONE_YET } from '../../http/unbuilt.ts';
import { findMetric } from '../lookup.ts';

const common = {
  method: 'GET',
  description: NONE_YET,
  scope: 'metrics:read',
  status: 200,
  errors: ['not_found'],
} as const;

export const getFlowsTriggeredByMetric = route({
  ...common,
  path: '/api/metrics/{id}/flow-triggers',
  summary: 'Get the flows that a metric triggers',
  reading: { fields: { flow: FlowView } },
  result: collectionOf('flow', FlowView),

  async handle({ params }, context) {
    await findMetric(params.id, context);
    return collection({ items: [] }, context);
  },
});

export const getIdsForFlowsTriggeredByMetric = route({
  ...common,
  path: '/api/metrics/{id}/relationships/flow-triggers',
  summary: 'Get the ids of the flows that a metric triggers',
  result: identifiersOf('flow'),

  async handle({ params }, context) {
    await findMetric(params.id, context);
    return collection({ items: [] }, context);
  },
});
