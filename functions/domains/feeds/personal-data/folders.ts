import type { Folder } from '../../../model/personal-data/files.ts';
import { FEEDS_PREFIX } from '../records/sync.ts';

/** Products, and nothing of people. */
export const folders: readonly Folder[] = [{ bucket: 'imports', prefix: FEEDS_PREFIX, change: 'none' }];
