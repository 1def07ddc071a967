import type { Context } from '../../../../domains/accounts/context.ts';
import { type BulkDrafts, readDrafts } from '../../../../domains/catalog/bulk/drafts.ts';
import type { CatalogJob } from '../../../../domains/catalog/bulk/job.ts';
import { categories, items, variants } from '../../../../domains/catalog/records/read.ts';
import type { Selection } from '../../../../platform/http/query/selection.ts';
import type { Resource } from '../../../../platform/http/response/jsonapi.ts';
import { MAX_CONTENT_BYTES } from '../../../../platform/http/response/shrink-page.ts';
import { categoryView, itemView, variantView } from '../../views/catalog.ts';
import { shown } from '../../views/catalog-ids.ts';

const AT_ONCE = 25;

/** The objects that a job has created or updated, as far as they exist and fit into a response. */
export const includedObjects = async (
  job: CatalogJob,
  fields: Selection['fields'],
  context: Context,
): Promise<readonly Resource[]> => {
  const sent = await readDrafts(job, context);
  const failed = new Set(job.problems?.map(({ row }) => row));
  const ids = (sent?.drafts ?? []).slice(0, job.settled).flatMap(({ id }, i) => (failed.has(i + 1) ? [] : [id]));
  const found: Resource[] = [];
  let bytes = 0;
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    for (const one of await readObjects(job.object, ids.slice(from, from + AT_ONCE), fields, context)) {
      bytes += Buffer.byteLength(JSON.stringify(one));
      if (bytes > MAX_CONTENT_BYTES && found.length > 0) return found;
      found.push(one);
    }
  }
  return found;
};

const readObjects = async (
  object: BulkDrafts['object'],
  ids: readonly string[],
  fields: Selection['fields'],
  context: Context,
): Promise<readonly Resource[]> => {
  switch (object) {
    case 'item': {
      const found = await items.findMany(ids, context);
      return [...found.values()].map((one) => itemView.show(shown(one), context, fields));
    }
    case 'variant': {
      const found = await variants.findMany(ids, context);
      return [...found.values()].map((one) => variantView.show(shown(one), context, fields));
    }
    case 'category': {
      const found = await categories.findMany(ids, context);
      return [...found.values()].map((one) => categoryView.show(shown(one), context, fields));
    }
  }
};
