import type { Folder } from '../../model/personal-data/files.ts';
import { folders as archive } from '../archive/personal-data/folders.ts';
import { folders as bulkImports } from '../bulk-imports/personal-data/folders.ts';
import { folders as catalog } from '../catalog/personal-data/folders.ts';
import { folders as exports } from '../exports/personal-data/folders.ts';
import { folders as feeds } from '../feeds/personal-data/folders.ts';
import { folders as imports } from '../imports/personal-data/folders.ts';
import { folders as integrations } from '../integrations/personal-data/folders.ts';
import { folders as productFeeds } from '../product-feeds/personal-data/folders.ts';
import { ACCESS_PREFIX } from './access/job.ts';

export const ownFolders: readonly Folder[] = [{ bucket: 'imports', prefix: ACCESS_PREFIX, change: 'remove' }];

/**
 * All folders with personal data. In a file of their own, since permissions are derived from them without loading the
 * domains.
 */
export const allFolders: readonly Folder[] = [
  ...archive,
  ...bulkImports,
  ...catalog,
  ...imports,
  ...feeds,
  ...productFeeds,
  ...integrations,
  ...exports,
  ...ownFolders,
];
