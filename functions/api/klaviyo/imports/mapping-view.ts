import * as v from 'valibot';
import type { Context } from '../../../domains/accounts/context.ts';
import { Mapping } from '../../../domains/imports/columns/mapping.ts';
import { kinds } from '../../../domains/imports/kinds/kinds.ts';
import type { SavedMapping } from '../../../domains/imports/mappings/saved.ts';
import { type Resource, resource } from '../../../platform/http/answer/jsonapi.ts';
import type { Selection } from '../../../platform/http/query/reading.ts';

export const ImportMappingView = v.partial(
  v.object({
    name: v.string(),
    /** Of the files that it is for. */
    kind: v.picklist(kinds),
    headers: v.array(v.string()),
    mapping: Mapping,
    created_at: v.string(),
    updated_at: v.string(),
  }),
);

export const mappingView = (
  { id, name, kind, headers, mapping, created, updated }: SavedMapping,
  context: Pick<Context, 'origin'>,
  fields?: Selection['fields'],
): Resource =>
  resource(
    {
      type: 'import-mapping',
      id,
      path: '/api/import-mappings',
      attributes: { name, kind, headers, mapping, created_at: created, updated_at: updated },
    },
    context,
    fields,
  );
