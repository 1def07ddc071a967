import type { Change } from '../../platform/changes/change.ts';
import { inParallel } from '../../platform/parallel.ts';
import type { Services } from '../../platform/resources/services.ts';
import { markCatalog } from './records/mark.ts';
import { catalogItems, catalogVariants } from './records/store.ts';

/** The items whose changes mark the catalog. Deletions mark it by themselves. */
export const markedTypes = [catalogItems.type, catalogVariants.type];

const PARALLEL = 8;

export const isCatalogChange = ({ after }: Change): boolean => markedTypes.some((type) => type === after?.type);

/** Marks the catalogs that changed, each once for many changes. */
export const markChangedCatalogs = async (changes: readonly Change[], services: Services): Promise<void> => {
  const accounts = new Set(changes.flatMap(({ after }) => (typeof after?.account === 'string' ? [after.account] : [])));
  await inParallel([...accounts], PARALLEL, (account) => markCatalog(account, services));
};
