import * as v from 'valibot';
import { getDelivery, listDeliveries, resendDelivery } from '../../../domains/webhooks/deliveries/log.ts';
import {
  type Delivery,
  deliveryIdOf,
  deliveryStatuses,
  type Pending,
  statusOf,
} from '../../../domains/webhooks/deliveries/records/delivery.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';

const TYPE = 'webhook-delivery';

const view = defineView({
  type: TYPE,
  path: '/api/webhook-deliveries',
  entries: {
    event_type: v.string(),
    webhook_id: v.string(),
    profile_id: v.nullable(v.string()),
    status: v.picklist(deliveryStatuses),
    attempts: v.number(),
    last_error: v.nullable(v.string()),
    response_code: v.nullable(v.number()),
    changed_at: v.string(),
    next_attempt_at: v.nullable(v.string()),
    completed_at: v.nullable(v.string()),
  },
  attributes: (delivery: (Delivery | Pending) & { readonly id: string }) => ({
    event_type: delivery.what,
    webhook_id: delivery.webhookId,
    profile_id: delivery.profileId ?? null,
    status: statusOf(delivery),
    attempts: delivery.attempts,
    last_error: delivery.lastError ?? null,
    response_code: delivery.responseCode ?? null,
    changed_at: delivery.at,
    next_attempt_at: 'since' in delivery ? (delivery.nextAt ?? delivery.since) : null,
    completed_at: 'completedAt' in delivery ? delivery.completedAt : null,
  }),
});

const withId = (delivery: Delivery | Pending) => ({ ...delivery, id: deliveryIdOf(delivery) });

export const getWebhookDeliveries = route({
  method: 'GET',
  path: '/api/webhooks/{id}/deliveries',
  summary: 'List the deliveries of a webhook',
  description:
    'Those that ended in the last 30 days, newest change first. `filter=equals(status,"pending")` lists those that ' +
    'wait, `filter=equals(status,"failed")` those that were given up.',
  scope: 'webhooks:read',
  status: 200,
  reading: {
    filters: { status: { operators: ['equals'], oneOf: ['pending', 'failed'] } },
    fields: { [TYPE]: view.schema },
    page: { default: 20, max: 100 },
  },
  result: collectionSchema(TYPE, view.schema),
  errors: ['not_found'],

  async handle({ params, selection: { filters, page, fields } }, context) {
    const [filter] = filters;
    const status = (['pending', 'failed'] as const).find((one) => filter?.values.includes(one));
    const { items, ...cursors } = await listDeliveries(params.id, { status, page }, context);
    return collectionDocument(
      { ...cursors, items: items.map((one) => view.show(withId(one), context, fields)) },
      context,
    );
  },
});

export const getWebhookDelivery = route({
  method: 'GET',
  path: '/api/webhook-deliveries/{id}',
  summary: 'Get a delivery',
  scope: 'webhooks:read',
  status: 200,
  reading: { fields: { [TYPE]: view.schema } },
  result: documentSchema(TYPE, view.schema),
  errors: ['not_found'],

  async handle({ params, selection: { fields } }, context) {
    return resourceDocument(view.show(withId(await getDelivery(params.id, context)), context, fields));
  },
});

export const resendWebhookDelivery = route({
  method: 'POST',
  path: '/api/webhook-deliveries/{id}/resend',
  summary: 'Send a delivery again',
  description:
    'With its first `webhook-id`, by which the receiver recognizes it, and with what is stored now. One that still waits is tried at once.',
  scope: 'webhooks:write',
  status: 202,
  reading: { fields: { [TYPE]: view.schema } },
  result: documentSchema(TYPE, view.schema),
  errors: ['not_found'],

  async handle({ params, selection: { fields } }, context) {
    return resourceDocument(view.show(withId(await resendDelivery(params.id, context)), context, fields));
  },
});
