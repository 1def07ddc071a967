import * as v from 'valibot';
import { outcomes } from '../../../domains/receipts/outcome.ts';
import { withUtcOffset } from '../../../model/offset-time.ts';
import { defineView } from '../../../platform/http/resource/view.ts';
import { documentSchema, resourceDocument } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { type Receipt, readReceipt } from './receipt.ts';

const TYPE = 'receipt';

const view = defineView({
  type: TYPE,
  path: '/api/receipts',
  entries: {
    outcome: v.picklist([...outcomes, 'expired']),
    source: v.string(),
    received_at: v.string(),
    /** Null if nothing is stored. */
    event_id: v.nullable(v.string()),
    /** The current profile of the event. */
    profile_id: v.nullable(v.string()),
    event_url: v.nullable(v.string()),
  },
  attributes: ({ outcome, source, receivedAt, event }: Receipt, { origin }: { readonly origin: string }) => ({
    outcome,
    source,
    received_at: withUtcOffset(receivedAt.toISOString()),
    event_id: event?.id ?? null,
    profile_id: event?.profileId ?? null,
    event_url: event ? `${origin}/api/events/${event.id}/` : null,
  }),
});

export const getReceipt = route({
  method: 'GET',
  path: '/api/receipts/{id}',
  summary: 'Get a receipt',
  description:
    'What became of an item, by the receipt that its response named. `stored` and `duplicate` name the event, ' +
    '`conflict` the event that has the `unique_id`. `erased` means that the person was erased, then or since; ' +
    '`expired` that the event is older than events are kept.',
  scope: 'events:read',
  status: 200,
  reading: { fields: { [TYPE]: view.schema } },
  result: documentSchema(TYPE, view.schema),
  errors: ['not_found'],

  async handle({ params, selection: { fields } }, context) {
    return resourceDocument(view.show(await readReceipt(params.id, context), context, fields));
  },
});
