import * as v from 'valibot';
import { columnNameOf, MAX_COLUMNS } from '../../../domains/imports/columns/headers.ts';
import { MAX_MAPPING_BYTES, Mapping } from '../../../domains/imports/columns/mapping.ts';
import { kinds } from '../../../domains/imports/kinds/kinds.ts';
import {
  changeMapping,
  getMapping,
  listMappings,
  makeMapping,
  removeMapping,
} from '../../../domains/imports/mappings/actions.ts';
import { MappingName } from '../../../domains/imports/mappings/saved.ts';
import { withinBytes } from '../../../model/properties.ts';
import { collection, collectionOf, documentOf, one } from '../../../platform/http/answer/jsonapi.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { route } from '../protocol.ts';
import { ImportMappingView, mappingView } from './mapping-view.ts';

const TYPE = 'import-mapping';
const Result = documentOf(TYPE, ImportMappingView);
const reading = { fields: { [TYPE]: ImportMappingView } };

const Header = v.pipe(Text, v.transform(columnNameOf));
const SavedOne = v.pipe(Mapping, withinBytes(MAX_MAPPING_BYTES, `A mapping has at most ${MAX_MAPPING_BYTES} bytes.`));

export const createImportMapping = route({
  method: 'POST',
  path: '/api/import-mappings',
  summary: 'Save a mapping for files with certain headers',
  description:
    'Every file of that kind with the same headers, in any order, in small letters or capitals, is read by it, unless one lies beside the file. Give the headers as they stand in the files.',
  scope: 'imports:write',
  status: 201,
  reading,
  body: v.strictObject({
    data: v.strictObject({
      type: v.literal(TYPE),
      attributes: v.strictObject({
        name: MappingName,
        kind: v.picklist(kinds),
        headers: boundedArray(Header, {
          min: 1,
          tooFew: 'Give the headers of the files that it is for.',
          max: MAX_COLUMNS,
          tooMany: (count) => `${count} columns; at most ${MAX_COLUMNS} are taken.`,
        }),
        mapping: SavedOne,
      }),
    }),
  }),
  result: Result,
  errors: ['conflict'],

  async handle({ body, selection }, context) {
    return one(mappingView(await makeMapping(body.data.attributes, context), context, selection.fields));
  },
});

export const getImportMappings = route({
  method: 'GET',
  path: '/api/import-mappings',
  summary: 'List saved mappings',
  description: 'By their ids, which follow from kind and headers.',
  scope: 'imports:read',
  status: 200,
  reading: { ...reading, page: { default: 20, max: 100 } },
  result: collectionOf(TYPE, ImportMappingView),

  async handle({ selection: { page, fields } }, context) {
    const { size, cursor } = page;
    const { items, ...next } = await listMappings({ size, ...(cursor && { after: cursor }) }, context);
    return collection({ ...next, items: items.map((saved) => mappingView(saved, context, fields)) }, context);
  },
});

export const getImportMapping = route({
  method: 'GET',
  path: '/api/import-mappings/{id}',
  summary: 'Get a saved mapping',
  scope: 'imports:read',
  status: 200,
  reading,
  result: Result,
  errors: ['not_found'],

  async handle({ params, selection }, context) {
    return one(mappingView(await getMapping(params.id, context), context, selection.fields));
  },
});

export const updateImportMapping = route({
  method: 'PATCH',
  path: '/api/import-mappings/{id}',
  summary: 'Change a saved mapping',
  description:
    'What is absent stays; `mapping` is replaced as a whole. For other headers save another. Imports that have begun go on with what they began with.',
  scope: 'imports:write',
  status: 200,
  reading,
  body: v.strictObject({
    data: v.strictObject({
      type: v.literal(TYPE),
      id: v.optional(v.string()),
      attributes: v.strictObject({ name: v.optional(MappingName), mapping: v.optional(SavedOne) }),
    }),
  }),
  result: Result,
  errors: ['not_found'],

  async handle({ params: { id }, body, selection }, context) {
    const { name, mapping } = body.data.attributes;
    const set = { ...(name !== undefined && { name }), ...(mapping && { mapping }) };
    return one(mappingView(await changeMapping(id, set, context), context, selection.fields));
  },
});

export const deleteImportMapping = route({
  method: 'DELETE',
  path: '/api/import-mappings/{id}',
  summary: 'Delete a saved mapping',
  scope: 'imports:write',
  status: 204,
  errors: ['not_found'],

  async handle({ params }, context) {
    await removeMapping(params.id, context);
    return undefined;
  },
});
