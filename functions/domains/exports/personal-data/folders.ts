import type { Folder } from '../../../model/personal-data/files.ts';
import { EXPORTS_PREFIX } from '../records/job.ts';

export const folders: readonly Folder[] = [{ bucket: 'imports', prefix: EXPORTS_PREFIX, change: 'remove' }];
