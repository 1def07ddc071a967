import type { Folder } from '../../../model/personal-data/files.ts';
import { reportsFolder, uploadFolders, workFolder } from '../places/folders.ts';

const uploads = uploadFolders.map((prefix): Folder => ({ bucket: 'imports', prefix, change: 'rewrite-as-stream' }));

export const folders: readonly Folder[] = [
  ...uploads,
  { bucket: 'imports', prefix: reportsFolder, change: 'rewrite' },
  { bucket: 'imports', prefix: workFolder, change: 'remove' },
];
