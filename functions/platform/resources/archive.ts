import * as v from 'valibot';
import { openFiles } from '../storage/files.ts';
import { bucket } from './declaration.ts';

/** The bucket that events are archived in. */
export const archive = bucket({
  env: { ARCHIVE_BUCKET: v.string() },
  open: ({ ARCHIVE_BUCKET, S3_ADDRESSING }, { connection }) =>
    openFiles(ARCHIVE_BUCKET, { addressing: S3_ADDRESSING, ...connection }),
});
