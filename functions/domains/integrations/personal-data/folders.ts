import type { Folder } from '../../../model/personal-data/files.ts';
import { HOOKS } from '../receive/message.ts';

export const folders: readonly Folder[] = [{ bucket: 'imports', prefix: HOOKS, change: 'expire' }];
