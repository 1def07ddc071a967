import type { Folder } from '../../../model/personal-data/files.ts';
import { PRODUCT_FEEDS_PREFIX } from '../records/stored-file.ts';

/** Products: nothing of people. */
export const folders: readonly Folder[] = [{ bucket: 'imports', prefix: PRODUCT_FEEDS_PREFIX, change: 'none' }];
