import type { Folder } from '../../../model/personal-data/files.ts';
import { ARCHIVE } from '../place.ts';

export const folders: readonly Folder[] = [{ bucket: 'archive', prefix: ARCHIVE, change: 'rewrite' }];
