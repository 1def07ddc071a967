import type { Folder } from '../../../model/personal-data/files.ts';

export const folders: readonly Folder[] = [];
