import { FILE, REPORT } from '../names/keys.ts';
import { sftpResultKey } from './sftp.ts';

/** The key of a report with its ending in lower case, since users may change the case. */
export const reportPlace = (key: string): string =>
  (sftpResultKey(key) ?? key).replace(REPORT, (ending) => ending.toLowerCase());

/**
 * `a.csv` and `a.csv.gz` -> `a.errors.csv`. A corrected report that fails again becomes `a.errors.2.csv`, so that it is
 * not overwritten. It is beside its file, or in the results folder of the SFTP user.
 */
export const reportKey = (key: string): string => {
  const beside = sftpResultKey(key) ?? key;
  const found = REPORT.exec(beside);
  if (!found) return beside.replace(FILE, '.errors.csv');
  return beside.replace(REPORT, `.errors.${Number(found[1] ?? 1) + 1}.csv`);
};
