import type { Folder } from '../../../model/personal-data/files.ts';
import { FEEDS_PREFIX } from '../records/sync.ts';

/** Products: no file is of a person. */
export const folders: readonly Folder[] = [{ bucket: 'imports', prefix: FEEDS_PREFIX, change: 'expire' }];
