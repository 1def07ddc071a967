import { type Kind, kinds } from '../kinds/names.ts';

/** Files in the same folders below this one are tried, not imported. */
export const dryRunFolder = 'dry-run/';

/** Where a key would be if its file was not only tried. */
export const placeIn = (key: string): string => (key.startsWith(dryRunFolder) ? key.slice(dryRunFolder.length) : key);

/** Everything that comes by SFTP lies below it: each user's files in `sftp/<account>/<user>/profiles/` and so on. */
export const sftpFolder = 'sftp/';

/** Where files to be tried or imported are put, apart from those that come by SFTP. */
export const openFolders: readonly string[] = [...kinds.map((kind) => `${kind}/`), dryRunFolder];

/** The folders of uploads and of the files about them. */
export const uploadFolders: readonly string[] = [...openFolders, sftpFolder];

/** Failed rows and changes, one file for each window. */
export const reportsFolder = 'reports/';

/** What an import needs only while it runs. */
export const workFolder = 'work/';

const UPLOADS = 'uploads';

interface Expected {
  readonly account: string;
  /** Of its job. */
  readonly id: string;
  readonly kind: Kind;
  readonly isDryRun: boolean;
  readonly name: string;
}

/** Where a file is put whose job waits for it. */
export const uploadKey = ({ account, id, kind, isDryRun, name }: Expected): string =>
  `${isDryRun ? dryRunFolder : ''}${kind}/${account}/${UPLOADS}/${id}/${name}`;

/** The job that waits for a file at this key. */
export const expectingJob = (key: string): string | undefined => {
  const [, folder, id] = key.split('/').slice(-4);
  return folder === UPLOADS ? id : undefined;
};
