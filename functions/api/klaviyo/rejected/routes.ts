import { getRejected, listRejected } from '../../../domains/receipts/rejected/read.ts';
import {
  collectionDocument,
  collectionSchema,
  documentSchema,
  resourceDocument,
} from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { rejectedFilters, toRejectedFilter } from './filters.ts';
import { REJECTED_PATH, REJECTED_TYPE, rejectedListView, rejectedView } from './view.ts';

export const getRejectedItems = route({
  method: 'GET',
  path: REJECTED_PATH,
  summary: 'List rejected items',
  description:
    'What was refused in the last 14 days, newest first: events and profiles of browsers and servers, single calls of ' +
    "Segment's batches, and webhooks. `source` is as in receipts, `status` is `rejected` or `replayed`. Values that " +
    'reasons quote are masked here. A filtered page can be short and still have a `next` link.',
  scope: 'rejected-items:read',
  status: 200,
  reading: {
    filters: rejectedFilters,
    fields: { [REJECTED_TYPE]: rejectedListView.schema },
    page: { default: 20, max: 100 },
  },
  result: collectionSchema(REJECTED_TYPE, rejectedListView.schema),

  async handle({ selection: { page, fields, ...selection } }, context) {
    const filter = toRejectedFilter(selection);
    const { items, ...cursors } = await listRejected({ filter, page }, context);
    return collectionDocument(
      { ...cursors, items: items.map((item) => rejectedListView.show(item, context, fields)) },
      context,
    );
  },
});

export const getRejectedItem = route({
  method: 'GET',
  path: `${REJECTED_PATH}/{id}`,
  summary: 'Get a rejected item',
  description:
    'With its payload as it came, which can contain personal data. `payload_omitted` says why there is none: `limit`, ' +
    'since more than 60 were kept in that minute; `size`, since it has more than 64 KB compressed; `erased`, since it ' +
    'names a person who was erased.',
  scope: 'rejected-items:read',
  status: 200,
  reading: { fields: { [REJECTED_TYPE]: rejectedView.schema } },
  result: documentSchema(REJECTED_TYPE, rejectedView.schema),
  errors: ['not_found'],

  async handle({ params, selection: { fields } }, context) {
    return resourceDocument(rejectedView.show(await getRejected(params.id, context), context, fields));
  },
});
