import type { Folder } from '../../../model/personal-data/files.ts';
import { BULK } from '../store.ts';

export const folders: readonly Folder[] = [{ bucket: 'imports', prefix: BULK, change: 'rewrite' }];
