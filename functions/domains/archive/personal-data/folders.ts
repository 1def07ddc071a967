import type { Folder } from '../../../model/personal-data/files.ts';
import { LAMBDA_SET_ASIDE, SET_ASIDE } from '../../../platform/changes/set-aside.ts';
import { ARCHIVE_PREFIX } from '../keys.ts';

export const folders: readonly Folder[] = [
  { bucket: 'archive', prefix: ARCHIVE_PREFIX, change: 'rewrite' },
  // Changes of any item that no consumer could process, by their position in the stream.
  { bucket: 'archive', prefix: SET_ASIDE, change: 'expire' },
  { bucket: 'archive', prefix: LAMBDA_SET_ASIDE, change: 'expire' },
];
