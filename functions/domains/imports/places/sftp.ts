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

/** Where files may be put; and what a user sees at the top: those, and where their reports are found. */
export const sftpInboxes = [...kinds, dryRuns] as const;
export const sftpFolders = [...sftpInboxes, results] as const;

/** All that there is for a first look. */
export const sftpFirstFolders = [...kinds, ...kinds.map((kind) => `${dryRunFolder}${kind}`), results] as const;

/**
 * Whose file a key names. Undefined for what is no file to import: another folder, or a name that clients give to a file
 * that is still under way (`.people.csv`, `~people.csv`; those that end otherwise, such as `people.csv.part`, are
 * ignored before).
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
 * `sftp/a/u/profiles/people.csv` -> `sftp/a/u/results/people.csv`: where what is said of a file lies. Of one that is only
 * tried it is `results/dry-run/`, so that it is never taken for what is said of the import.
 */
export const sftpResultKey = (key: string): string | undefined => {
  const place = sftpPlace(key);
  return place && `${sftpHome(place)}${results}/${place.isDryRun ? dryRunFolder : ''}${place.file}`;
};
