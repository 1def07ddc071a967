import type { Folder } from '../../../model/personal-data/files.ts';
import { CATALOG_JOBS } from '../bulk/drafts.ts';

/** What jobs were sent: content of the shop, which the bucket removes by itself. */
export const folders: readonly Folder[] = [{ bucket: 'imports', prefix: CATALOG_JOBS, change: 'expire' }];
