import { FILE, REPORT } from '../names/keys.ts';
import { sftpResultKey } from './sftp.ts';

/** Where a file of failed rows was put, whatever case its ending has when it comes back. */
export const reportPlace = (key: string): string =>
  (sftpResultKey(key) ?? key).replace(REPORT, (ending) => ending.toLowerCase());

/**
 * `a.csv` and `a.csv.gz` -> `a.errors.csv`; for a mended report that fails again `a.errors.2.csv`, so that it is not overwritten. Beside
 * its file, or where those who sent it by SFTP look for it.
 */
export const reportKey = (key: string): string => {
  const beside = sftpResultKey(key) ?? key;
  const found = REPORT.exec(beside);
  if (!found) return beside.replace(FILE, '.errors.csv');
  return beside.replace(REPORT, `.errors.${Number(found[1] ?? 1) + 1}.csv`);
};
