import { type Kind, kinds } from '../kinds/names.ts';

/** Files below this folder are dry runs. */
export const dryRunFolder = 'dry-run/';

/** The key without the dry-run folder. */
export const placeIn = (key: string): string => (key.startsWith(dryRunFolder) ? key.slice(dryRunFolder.length) : key);

/** The folder of files sent by SFTP, such as `sftp/<account>/<user>/profiles/`. */
export const sftpFolder = 'sftp/';

/** The folders of imports and dry runs, except for SFTP. */
export const openFolders: readonly string[] = [...kinds.map((kind) => `${kind}/`), dryRunFolder];

/** The folders of uploads and of the files about them. */
export const uploadFolders: readonly string[] = [...openFolders, sftpFolder];

/** Failed rows and changes, one file for each window. */
export const reportsFolder = 'reports/';

/** The folder of temporary files of running imports. */
export const workFolder = 'work/';

const UPLOADS = 'uploads';

interface Expected {
  readonly account: string;
  /** The id of its job. */
  readonly id: string;
  readonly kind: Kind;
  readonly isDryRun: boolean;
  readonly name: string;
}

/** The key of a file that a job waits for. */
export const uploadKey = ({ account, id, kind, isDryRun, name }: Expected): string =>
  `${isDryRun ? dryRunFolder : ''}${kind}/${account}/${UPLOADS}/${id}/${name}`;

/** Returns the job that waits for a file at this key. */
export const expectingJob = (key: string): string | undefined => {
  const [, folder, id] = key.split('/').slice(-4);
  return folder === UPLOADS ? id : undefined;
};
