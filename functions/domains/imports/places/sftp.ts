import { type Kind, kinds } from '../kinds/names.ts';
import { dryRunFolder, sftpFolder } from './folders.ts';

export interface SftpPlace {
  readonly account: string;
  readonly user: string;
  readonly kind: Kind;
  readonly isDryRun: boolean;
  readonly file: string;
}

/** A user's own folder, with a slash at its end. */
export const sftpHome = ({ account, user }: Pick<SftpPlace, 'account' | 'user'>): string =>
  `${sftpFolder}${account}/${user}/`;

const dryRuns = dryRunFolder.slice(0, -1);
const results = 'results';

/** The folders for uploads, and all folders that a user sees: uploads and results. */
export const sftpInboxes = [...kinds, dryRuns] as const;
export const sftpFolders = [...sftpInboxes, results] as const;

/** All folders that are created for a new user. */
export const sftpFirstFolders = [...kinds, ...kinds.map((kind) => `${dryRunFolder}${kind}`), results] as const;

/**
 * Parses the key of an SFTP file. Undefined for other folders and for temporary names of clients, such as `.people.csv`
 * or `~people.csv`. Names such as `people.csv.part` are ignored earlier.
 */
export const sftpPlace = (key: string): SftpPlace | undefined => {
  if (!key.startsWith(sftpFolder)) return undefined;
  const [account = '', user = '', ...path] = key.slice(sftpFolder.length).split('/');
  const isDryRun = path[0] === dryRuns;
  const [folder = '', ...rest] = isDryRun ? path.slice(1) : path;
  const kind = kinds.find((name) => name === folder);
  const file = rest.join('/');
  const name = rest.at(-1) ?? '';
  if (!kind || name === '' || name.startsWith('.') || name.startsWith('~')) return undefined;
  return { account, user, kind, isDryRun, file };
};

/**
 * `sftp/a/u/profiles/people.csv` -> `sftp/a/u/results/people.csv`: the key of its result. Dry runs have
 * `results/dry-run/`, so that their results are not mistaken for those of an import.
 */
export const sftpResultKey = (key: string): string | undefined => {
  const place = sftpPlace(key);
  return place && `${sftpHome(place)}${results}/${place.isDryRun ? dryRunFolder : ''}${place.file}`;
};
