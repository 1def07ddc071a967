import * as v from 'valibot';
import { openFiles } from '../storage/files.ts';
import { bucketResource } from './declaration.ts';

/** The bucket of archived events. */
export const archive = bucketResource({
  env: { ARCHIVE_BUCKET: v.string() },
  open: ({ ARCHIVE_BUCKET, S3_ADDRESSING }, { connection }) =>
    openFiles(ARCHIVE_BUCKET, { addressing: S3_ADDRESSING, ...connection }),
});
