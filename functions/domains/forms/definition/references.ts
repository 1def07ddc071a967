import * as v from 'valibot';
import { pointer } from '../../../platform/errors.ts';
import type { ListReference } from '../../lists/actions.ts';
import { structureOf } from './structure.ts';

/** What a form names, with JSON pointers into the request. */
export interface References {
  readonly lists: readonly ListReference[];
  /** Forms that a button opens. */
  readonly forms: readonly ListReference[];
}

export const VERSION_PATH = ['data', 'attributes', 'definition', 'versions', 0];

/** The lists and forms that a version names. It may be invalid. */
export const referencesIn = (version: unknown): References => {
  const references = structureOf(version)?.references ?? [];
  const to = (kind: 'list' | 'form') =>
    references.flatMap(({ to, id, path }) =>
      to === kind ? [{ id, pointer: pointer([...VERSION_PATH, ...path]) }] : [],
    );
  return { lists: to('list'), forms: to('form') };
};

const Document = v.object({
  data: v.object({ attributes: v.object({ definition: v.object({ versions: v.array(v.unknown()) }) }) }),
});

/** The version in the body of a request. Undefined if the body has none. */
export const versionIn = (document: unknown): unknown => {
  const read = v.safeParse(Document, document);
  return read.success ? read.output.data.attributes.definition.versions[0] : undefined;
};
