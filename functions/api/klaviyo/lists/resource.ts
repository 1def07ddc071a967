import * as v from 'valibot';
import {
  changeList,
  countMembers,
  createList,
  getList,
  listNotFoundError,
  readAllLists,
} from '../../../domains/lists/actions.ts';
import { deleteList } from '../../../domains/lists/delete.ts';
import { ListName } from '../../../domains/lists/list.ts';
import { OptInProcess } from '../../../model/account.ts';
import { inMemoryListing } from '../../../platform/http/resource/listing.ts';
import { normalizeName } from '../../../platform/validation/text.ts';
import { defineResource } from '../resource.ts';
import { flowTriggers, TagView, unsupportedRelationship } from '../unsupported-resources.ts';
import { listView } from '../views/list.ts';
import { members } from './members.ts';

const opt_in_process = v.nullish(OptInProcess);

export const routes = defineResource({
  view: listView,
  noun: { one: 'list', many: 'lists' },
  scope: 'lists',
  isAdministrative: true,
  getOne: getList,

  list: {
    operation: 'getLists',
    summary: 'List all lists',
    description: 'Oldest first by default. Tags and flows are not supported: including them adds none.',
    page: { default: 10, max: 100 },
    // An account has at most a thousand lists.
    ...inMemoryListing({
      all: readAllLists,
      fields: {
        id: { getValue: ({ id }) => id, filter: ['equals', 'any'], sort: true },
        name: {
          getValue: ({ name }) => name,
          filter: ['equals', 'any'],
          normalize: normalizeName,
          sort: ({ name }) => name.toLowerCase(),
        },
        created: { getValue: ({ created }) => created, value: 'time', filter: ['greater-than'], sort: true },
        updated: { getValue: ({ updated }) => updated, value: 'time', filter: ['greater-than'], sort: true },
      },
      sort: 'created',
    }),
  },

  get: {
    operation: 'getList',
    additional: { profile_count: (list, context) => countMembers(list.id, context) },
  },

  create: {
    operation: 'createList',
    description:
      'Without `opt_in_process`, the setting of the account applies, also when it changes. Names need not be unique.',
    attributes: v.object({ name: ListName, opt_in_process }),
    run: ({ attributes: { name, opt_in_process: optInProcess } }, context) =>
      createList({ name, ...(optInProcess && { optInProcess }) }, context),
  },

  update: {
    operation: 'updateList',
    description:
      'Absent attributes keep their values. `opt_in_process: null` applies the setting of the account again.',
    attributes: v.object({ name: v.nullish(ListName), opt_in_process }),
    run: (id, { attributes: { name, opt_in_process: optInProcess } }, context) =>
      changeList(
        id,
        { ...(name && { name }), ...(optInProcess !== undefined && { optInProcess: optInProcess ?? undefined }) },
        context,
      ),
  },

  delete: {
    operation: 'deleteList',
    description:
      'The list disappears at once for every caller. Its members are removed in the background and do not change otherwise. Until then the id cannot be used again.',
    async run(id, context) {
      if ((await deleteList(id, context)) === 'absent') throw listNotFoundError(id);
    },
  },

  relationships: {
    profiles: members,
    tags: unsupportedRelationship({
      type: 'tag',
      noun: { one: 'tag', many: 'tags' },
      schema: TagView,
      related: { operation: 'getTagsForList' },
      ids: { operation: 'getTagIdsForList' },
    }),
    'flow-triggers': flowTriggers('List'),
  },
});
