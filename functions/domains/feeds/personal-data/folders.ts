import type { Folder } from '../../../model/personal-data/files.ts';
import { FEEDS_PREFIX } from '../records/sync.ts';
import { WEB_FEEDS_PREFIX } from '../web/feed.ts';

/** Products, and what websites publish: nothing of people. */
export const folders: readonly Folder[] = [
  { bucket: 'imports', prefix: FEEDS_PREFIX, change: 'none' },
  { bucket: 'imports', prefix: WEB_FEEDS_PREFIX, change: 'none' },
];
