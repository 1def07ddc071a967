import * as v from 'valibot';
import { openFiles } from '../storage/files.ts';
import { bucket } from './declaration.ts';

/** Where people drop files, and where reports about them are put. */
export const imports = bucket({
  env: { IMPORTS_BUCKET: v.string() },
  open: ({ IMPORTS_BUCKET, S3_ADDRESSING }, { connection }) =>
    openFiles(IMPORTS_BUCKET, { addressing: S3_ADDRESSING, ...connection }),
});
