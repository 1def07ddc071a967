import { type Kind, kinds } from './kind.ts';

/** Everything that comes by SFTP lies below it: each user's files in `sftp/<account>/<user>/profiles/` and so on. */
export const sftpFolder = 'sftp/';

export interface SftpPlace {
  readonly account: string;
  readonly user: string;
  readonly kind: Kind;
  readonly file: string;
}

/** A user's own folder, with a slash at its end. */
export const sftpHome = ({ account, user }: Pick<SftpPlace, 'account' | 'user'>): string =>
  `${sftpFolder}${account}/${user}/`;

/** What a user sees at the top: where files are put, and where their reports are found. */
export const sftpFolders = [...kinds, 'results'] as const;

/**
 * Whose file a key names. Undefined for what is no file to import: another folder, or a name that clients give to a file
 * that is still under way (`.people.csv`, `~people.csv`; those that end otherwise, such as `people.csv.part`, are not
 * even told of).
 */
export const sftpPlace = (key: string): SftpPlace | undefined => {
  if (!key.startsWith(sftpFolder)) return undefined;
  const [account = '', user = '', folder = '', ...rest] = key.slice(sftpFolder.length).split('/');
  const kind = kinds.find((name) => name === folder);
  const file = rest.join('/');
  const name = rest.at(-1) ?? '';
  if (!kind || name === '' || name.startsWith('.') || name.startsWith('~')) return undefined;
  return { account, user, kind, file };
};

/** `sftp/a/u/profiles/people.csv` -> `sftp/a/u/results/people.csv`: where what is said of a file lies. */
export const sftpResultKey = (key: string): string | undefined => {
  const place = sftpPlace(key);
  return place && `${sftpHome(place)}results/${place.file}`;
};
