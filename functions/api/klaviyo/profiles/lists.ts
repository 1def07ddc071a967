import { listsOf } from '../../../domains/lists/actions.ts';
import { findProfile } from '../../../domains/profiles/records/resolve.ts';
import { collectionDocument, collectionSchema, identifiersSchema } from '../../../platform/http/response/jsonapi.ts';
import { route } from '../protocol.ts';
import { listView } from '../views/list.ts';

export const getListsForProfile = route({
  method: 'GET',
  path: '/api/profiles/{id}/lists',
  summary: 'Get the lists of a profile',
  description: 'Membership is not consent.',
  scope: 'lists:read',
  status: 200,
  reading: { fields: { list: listView.schema } },
  result: collectionSchema('list', listView.schema),
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const lists = await listsOf(await findProfile(params.id, context), context);
    return collectionDocument({ items: lists.map((list) => listView.show(list, context, selection.fields)) }, context);
  },
});

export const getListIdsForProfile = route({
  method: 'GET',
  path: '/api/profiles/{id}/relationships/lists',
  summary: 'Get the ids of the lists of a profile',
  scope: 'lists:read',
  status: 200,
  result: identifiersSchema('list'),
  errors: ['not_found'],

  async handle({ params }, context) {
    const lists = await listsOf(await findProfile(params.id, context), context);
    return collectionDocument({ items: lists.map((list) => ({ type: 'list', id: list.id })) }, context);
  },
});
