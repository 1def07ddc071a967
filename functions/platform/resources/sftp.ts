import * as v from 'valibot';
import { openSftp } from '../fetch/sftp/sftp.ts';
import { lazyResource } from './declaration.ts';

/** Reads files of SFTP servers on the internet that others chose. Needs no IAM permission, but has to be declared. */
export const sftp = lazyResource({
  /** `loopback` also allows this machine. For the local cloud. */
  env: { SFTP: v.picklist(['on', 'loopback']) },
  open: ({ SFTP }) => openSftp({ allowsLoopback: SFTP === 'loopback' }),
});
