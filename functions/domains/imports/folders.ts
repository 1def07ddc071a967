import { dryRunFolder, kinds } from './kind.ts';
import { sftpFolder } from './sftp/place.ts';

/** Where files to be tried or imported are put, apart from those that come by SFTP. */
export const openFolders: readonly string[] = [...kinds.map((kind) => `${kind}/`), dryRunFolder];

/** Where uploads lie, and what is said of each beside it. */
export const uploadFolders: readonly string[] = [...openFolders, sftpFolder];

/** Failed rows and changes, window by window, until the whole is told. */
export const reportsFolder = 'reports/';

/** What an import needs only while it runs. */
export const workFolder = 'work/';
