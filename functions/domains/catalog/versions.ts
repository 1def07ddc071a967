import type { Entity, Item } from '../../platform/table/entity.ts';
import { listPage, type Page, type PageRequest } from '../../platform/table/listing/pages.ts';
import type { Range } from '../../platform/table/query.ts';
import type { Context } from '../accounts/context.ts';
import type { CatalogItem, CatalogItemVersion, CatalogVariant, CatalogVariantVersion } from './records/records.ts';
import { itemVersions, VERSIONS, type VersionId, variantVersions } from './records/store.ts';

type Deps = Pick<Context, 'account' | 'table'>;

interface VersionRequest extends PageRequest {
  /** Exclusive bounds: times, or just after all versions of a time. */
  readonly after?: string;
  readonly before?: string;
}

/** What an object looked like since a time, and before that. */
interface Versioned<Version> {
  readonly version: Version;
  readonly former?: Version;
}

/** Newest first: the current state, then those before each change. */
const readVersions = async <Version extends VersionId>(
  entity: Entity<Version, VersionId>,
  current: Version,
  { after, before, ...page }: VersionRequest,
  { table }: Deps,
): Promise<Page<Versioned<Version>>> => {
  const { pk } = entity.key(current);
  const currentItem = entity.toItem(current);
  const query = async (range: Range): Promise<Item[]> => {
    const stored = await table.query(range);
    const isStored = stored.some(({ sk }) => sk === currentItem.sk);
    const all = isStored || !isWithin(String(currentItem.sk), range) ? stored : withNewest(stored, currentItem, range);
    return all.slice(0, range.limit);
  };
  const { items, ...cursors } = await listPage(
    { query },
    {
      partitions: [pk],
      prefix: VERSIONS,
      descending: true,
      ...page,
      ...(after !== undefined && { after: VERSIONS + after }),
      ...(before !== undefined && { before: VERSIONS + before }),
    },
  );
  const last = items.at(-1);
  const older = last
    ? await table.query({ pk, prefix: VERSIONS, before: String(last.sk), descending: true, limit: 1 })
    : [];
  const versions = [...items, ...older].map(entity.fromItem);
  return {
    ...cursors,
    items: versions.slice(0, items.length).map((version, i) => {
      const former = versions[i + 1];
      return { version, ...(former && { former }) };
    }),
  };
};

const isWithin = (sk: string, { after = '', before }: Range): boolean =>
  sk > after && (before === undefined || sk < before);

const withNewest = (stored: readonly Item[], newest: Item, { descending }: Range): Item[] =>
  descending ? [newest, ...stored] : [...stored, newest];

/** The current state has no end. */
const UNEXPIRED = 0;

export const readItemVersions = (
  { categories: _, ...item }: CatalogItem,
  request: VersionRequest,
  deps: Deps,
): Promise<Page<Versioned<CatalogItemVersion>>> =>
  readVersions<CatalogItemVersion>(itemVersions, { ...item, expiresAt: UNEXPIRED }, request, deps);

export const readVariantVersions = (
  { item: _, ...variant }: CatalogVariant,
  request: VersionRequest,
  deps: Deps,
): Promise<Page<Versioned<CatalogVariantVersion>>> =>
  readVersions<CatalogVariantVersion>(variantVersions, { ...variant, expiresAt: UNEXPIRED }, request, deps);
