import * as v from 'valibot';
import { columnNameOf, MAX_COLUMNS } from '../../../domains/imports/columns/headers.ts';
import { MAX_MAPPING_BYTES, Mapping } from '../../../domains/imports/columns/mapping.ts';
import { kinds } from '../../../domains/imports/kinds/names.ts';
import { changeMapping, getMapping, makeMapping, removeMapping } from '../../../domains/imports/mappings/actions.ts';
import { MappingName } from '../../../domains/imports/mappings/saved-mapping.ts';
import { MAPPING, mappingsPk, savedMappings } from '../../../domains/imports/mappings/store.ts';
import { withinBytes } from '../../../model/properties.ts';
import { pagedListing } from '../../../platform/http/resource/listing.ts';
import { boundedArray } from '../../../platform/validation/bounded-array.ts';
import { Text } from '../../../platform/validation/text.ts';
import { defineResource } from '../resource.ts';
import { mappingView } from './mapping-view.ts';

const Header = v.pipe(Text, v.transform(columnNameOf));
const LimitedMapping = v.pipe(
  Mapping,
  withinBytes(MAX_MAPPING_BYTES, `A mapping has at most ${MAX_MAPPING_BYTES} bytes.`),
);

export const routes = defineResource({
  view: mappingView,
  noun: { one: 'saved mapping', many: 'saved mappings' },
  scope: 'imports',
  isAdministrative: true,
  getOne: getMapping,

  list: {
    operation: 'getImportMappings',
    description: 'Sorted by id. The id follows from kind and headers.',
    page: { default: 20, max: 100 },
    ...pagedListing({ entity: savedMappings, pk: mappingsPk, prefix: MAPPING }),
  },

  get: { operation: 'getImportMapping' },

  create: {
    operation: 'createImportMapping',
    summary: 'Save a mapping',
    description:
      'Applies to every file of that kind with the same headers, in any order and case, unless a mapping is ' +
      'beside the file. Write the headers as they are in the files.',
    errors: ['conflict'],
    attributes: v.strictObject({
      name: MappingName,
      kind: v.picklist(kinds),
      headers: boundedArray(Header, {
        min: 1,
        tooFew: 'Send the headers of the files that the mapping is for.',
        max: MAX_COLUMNS,
        tooMany: (count) => `It has ${count} columns. At most ${MAX_COLUMNS} are allowed.`,
      }),
      mapping: LimitedMapping,
    }),
    run: ({ attributes }, context) => makeMapping(attributes, context),
  },

  update: {
    operation: 'updateImportMapping',
    summary: 'Update a saved mapping',
    description:
      'Absent attributes keep their values; `mapping` is replaced as a whole. For other headers, save another ' +
      'mapping. Imports that have started keep the mapping that they started with.',
    attributes: v.strictObject({ name: v.optional(MappingName), mapping: v.optional(LimitedMapping) }),
    run: (id, { attributes: { name, mapping } }, context) =>
      changeMapping(id, { ...(name !== undefined && { name }), ...(mapping && { mapping }) }, context),
  },

  delete: { operation: 'deleteImportMapping', run: removeMapping },
});
