import * as v from 'valibot';
import { openFiles } from '../storage/files.ts';
import { bucketResource } from './declaration.ts';

/** The bucket for uploaded files and the reports about them. */
export const imports = bucketResource({
  env: { IMPORTS_BUCKET: v.string() },
  open: ({ IMPORTS_BUCKET, S3_ADDRESSING }, { connection }) =>
    openFiles(IMPORTS_BUCKET, { addressing: S3_ADDRESSING, ...connection }),
});
