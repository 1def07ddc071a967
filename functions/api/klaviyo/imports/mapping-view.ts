import * as v from 'valibot';
import { Mapping } from '../../../domains/imports/columns/mapping.ts';
import { kinds } from '../../../domains/imports/kinds/names.ts';
import type { SavedMapping } from '../../../domains/imports/mappings/saved-mapping.ts';
import { defineView } from '../../../platform/http/resource/view.ts';

export const mappingView = defineView({
  type: 'import-mapping',
  path: '/api/import-mappings',
  entries: {
    name: v.string(),
    /** The kind of files that the mapping applies to. */
    kind: v.picklist(kinds),
    headers: v.array(v.string()),
    mapping: Mapping,
    created_at: v.string(),
    updated_at: v.string(),
  },
  attributes: ({ name, kind, headers, mapping, created, updated }: SavedMapping) => ({
    name,
    kind,
    headers,
    mapping,
    created_at: created,
    updated_at: updated,
  }),
});
