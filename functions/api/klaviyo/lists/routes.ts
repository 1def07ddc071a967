import * as v from 'valibot';
import { changeList, countMembers, getList as knownList, makeList, noList } from '../../../domains/lists/actions.ts';
import { deleteList as markDeleted } from '../../../domains/lists/delete.ts';
import { ListName, MAX_ID_BYTES } from '../../../domains/lists/list.ts';
import { OptInProcess } from '../../../model/account.ts';
import { collection, collectionOf, documentOf, one } from '../../../platform/http/answer/jsonapi.ts';
import type { Reading } from '../../../platform/http/query/reading.ts';
import { route } from '../protocol.ts';
import { FlowView, TagView } from '../unbuilt.ts';
import { ListView, listView } from '../views/list.ts';
import { listLists } from './listing.ts';

const Result = documentOf('list', ListView);
const attributes = { opt_in_process: v.nullish(OptInProcess) };
const related = {
  fields: { list: ListView, tag: TagView, flow: FlowView },
  include: ['tags', 'flow-triggers'],
} as const satisfies Reading;

export const createList = route({
  method: 'POST',
  path: '/api/lists',
  summary: 'Create a list',
  description:
    'Without `opt_in_process` the list goes by the setting of the account, also when that changes. Names need not be unique.',
  scope: 'lists:write',
  status: 201,
  reading: { fields: { list: ListView } },
  body: v.object({
    data: v.object({ type: v.literal('list'), attributes: v.object({ name: ListName, ...attributes }) }),
  }),
  result: Result,

  async handle({ body, selection }, context) {
    const { name, opt_in_process } = body.data.attributes;
    const list = await makeList({ name, ...(opt_in_process && { optInProcess: opt_in_process }) }, context);
    return one(listView(list, context, selection.fields));
  },
});

export const getLists = route({
  method: 'GET',
  path: '/api/lists',
  summary: 'List the lists',
  description: 'Oldest first, unless sorted otherwise. There are no tags and no flows here: included, they are none.',
  scope: 'lists:read',
  status: 200,
  reading: {
    ...related,
    filters: {
      id: { operators: ['equals', 'any'] },
      name: { operators: ['equals', 'any'] },
      created: { operators: ['greater-than'], value: 'time' },
      updated: { operators: ['greater-than'], value: 'time' },
    },
    sorts: ['created', 'id', 'name', 'updated'],
    page: { default: 10, max: 100 },
  },
  result: collectionOf('list', ListView),

  async handle({ selection }, context) {
    const page = await listLists(selection, context);
    const items = page.items.map((list) => listView(list, context, selection.fields));
    return collection({ ...page, items }, context, selection.include.length > 0 ? [] : undefined);
  },
});

export const getList = route({
  method: 'GET',
  path: '/api/lists/{id}',
  summary: 'Get a list',
  scope: 'lists:read',
  status: 200,
  reading: { ...related, additionalFields: { list: ['profile_count'] } },
  result: Result,
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    const list = await knownList(params.id, context);
    const additional = selection.additionalFields.includes('profile_count')
      ? { profile_count: await countMembers(list.id, context) }
      : {};
    return one(listView(list, context, selection.fields, additional), selection.include.length > 0 ? [] : undefined);
  },
});

export const updateList = route({
  method: 'PATCH',
  path: '/api/lists/{id}',
  summary: 'Update a list',
  description: 'What is absent stays. `opt_in_process: null` goes by the setting of the account again.',
  scope: 'lists:write',
  status: 200,
  reading: { fields: { list: ListView } },
  body: v.object({
    data: v.object({
      type: v.literal('list'),
      id: v.nullish(v.string()),
      attributes: v.object({ name: v.nullish(ListName), ...attributes }),
    }),
  }),
  result: Result,
  errors: ['not_found'],

  async handle({ params: { id }, body, selection }, context) {
    const { name, opt_in_process } = body.data.attributes;
    const list = await changeList(
      id,
      { ...(name && { name }), ...(opt_in_process !== undefined && { optInProcess: opt_in_process ?? undefined }) },
      context,
    );
    return one(listView(list, context, selection.fields));
  },
});

export const deleteList = route({
  method: 'DELETE',
  path: '/api/lists/{id}',
  summary: 'Delete a list',
  description:
    'The list is gone at once, for every caller. Its members, who stay what they are, are taken from it in the background; until then its id is taken.',
  scope: 'lists:write',
  status: 204,
  errors: ['not_found'],

  async handle({ params: { id } }, context) {
    if (Buffer.byteLength(id) > MAX_ID_BYTES || (await markDeleted(id, context)) === 'absent') {
      throw noList(id);
    }
    return undefined;
  },
});
