import { type Account, soleAccount } from '../../model/account.ts';
import type { Files } from '../../platform/storage/files.ts';
import { workbookReason } from './contents/file-signatures.ts';
import { kinds } from './kinds/names.ts';
import { belongsTo } from './mappings/mapping-file.ts';
import { isReportKey, nameOf } from './names/keys.ts';
import { isMapping, mappingSuffix, suffixes, workbookSuffixes } from './names/suffixes.ts';
import { dryRunFolder, placeIn, reportsFolder, sftpFolder, uploadFolders, workFolder } from './places/folders.ts';
import { sftpPlace } from './places/sftp.ts';

/** A file in the bucket that no import processes, with advice. */
export interface IgnoredFile {
  readonly key: string;
  readonly advice: string;
}

/** Folders without uploads. */
const internal = [reportsFolder, workFolder, 'bulk/', 'catalog-jobs/', 'privacy/', 'exports/'];
const OWN_FILES = /\.error\.txt$|\.report\.json$|\/$/i;

/** The maximum number of keys that are checked. */
const MAX_KEYS = 100_000;

/** Finds files in the wrong folder or of the wrong type. They cause no error elsewhere. */
export const ignoredFiles = async (
  accounts: readonly Account[],
  files: Pick<Files, 'list'>,
): Promise<{ readonly ignored: readonly IgnoredFile[]; readonly isWhole: boolean }> => {
  const keys: string[] = [];
  let after: string | undefined;
  let isWhole = false;
  while (keys.length < MAX_KEYS) {
    const page = await files.list('', after);
    const last = page.at(-1);
    if (last === undefined) {
      isWhole = true;
      break;
    }
    const folder = internal.find((one) => last.startsWith(one));
    // Skips the rest of such a folder.
    after = folder === undefined ? last : `${folder}\u{10FFFF}`;
    keys.push(...page.filter((key) => !internal.some((one) => key.startsWith(one)) && !OWN_FILES.test(key)));
  }
  const byFolder = Map.groupBy(keys, folderOf);
  const ignored = keys.flatMap((key): IgnoredFile[] => {
    const advice = adviceFor(key, { accounts, beside: byFolder.get(folderOf(key)) ?? [] });
    return advice === undefined ? [] : [{ key, advice }];
  });
  return { ignored, isWhole };
};

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/') + 1);

interface Around {
  readonly accounts: readonly Account[];
  /** The other files of its folder. */
  readonly beside: readonly string[];
}

const adviceFor = (key: string, { accounts, beside }: Around): string | undefined => {
  const name = nameOf(key);
  const isUpload = uploadFolders.some((folder) => key.startsWith(folder));
  if (!isUpload || !isInFolderOfKind(key)) return wrongFolder(name);
  if (key.startsWith(sftpFolder)) {
    const isResult = key.split('/')[3] === 'results';
    if (!isResult && !sftpPlace(key)) return wrongFolder(name);
    if (isResult) return undefined;
  } else if (!soleAccount(accounts) && !isOfAccount(key, accounts))
    return `No account has this id. Move the file to <folder>/<account id>/${name}, such as profiles/${accounts[0]?.id ?? 'AbC123'}/${name}.`;
  if (isMapping(key)) {
    if (beside.some((file) => !isMapping(file) && belongsTo(key, file))) return undefined;
    const stem = name.slice(0, -mappingSuffix.length);
    return `It is the mapping of ${stem}.csv, but that file is not in its folder. Rename the mapping after its file, or upload the file.`;
  }
  const ending = name.toLowerCase();
  if (isReportKey(key) || suffixes.some((suffix) => ending.endsWith(suffix))) return undefined;
  if (workbookSuffixes.some((suffix) => ending.endsWith(suffix))) return workbookReason('a workbook');
  if (ending.endsWith('.json'))
    return `A mapping has the name of its file: the mapping of people.csv is people${mappingSuffix}.`;
  return `The name of a file must end in ${suffixes.join(', ')}. Save the file as CSV, or rename it if it is one.`;
};

const wrongFolder = (name: string): string =>
  `Its folder is not one of those that are imported. Move it to ${kinds.map((kind) => `${kind}/${name}`).join(' or ')}, or below ${dryRunFolder} for a dry run.`;

/** `profiles/…` and `dry-run/profiles/…`; a folder called `Profiles/` is another. */
const isInFolderOfKind = (key: string): boolean =>
  key.startsWith(sftpFolder) || kinds.some((kind) => placeIn(key).startsWith(`${kind}/`));

const isOfAccount = (key: string, accounts: readonly Account[]): boolean => {
  const [, folder = '', ...rest] = placeIn(key).split('/');
  return rest.length > 0 && accounts.some(({ id }) => id === folder);
};
