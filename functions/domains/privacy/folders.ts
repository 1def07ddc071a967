import type { Folder } from '../../model/personal-data/files.ts';
import { folders as archive } from '../archive/personal-data/folders.ts';
import { folders as bulkImports } from '../bulk-imports/personal-data/folders.ts';
import { folders as imports } from '../imports/personal-data/folders.ts';
import { ACCESS_PREFIX } from './access/job.ts';

export const ownFolders: readonly Folder[] = [{ bucket: 'imports', prefix: ACCESS_PREFIX, change: 'remove' }];

/** Every folder with something of people. By themselves, since what may be done there is decided before any of it is loaded. */
export const allFolders: readonly Folder[] = [...archive, ...bulkImports, ...imports, ...ownFolders];
