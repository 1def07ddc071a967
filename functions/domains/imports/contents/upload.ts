import type { Readable } from 'node:stream';
import type { Files } from '../../../platform/storage/files.ts';
import {
  absenceOf,
  type ObjectVersion,
  openRange,
  type ReadRange,
  rangeReader,
} from '../../../platform/storage/ranges.ts';
import { FileError } from '../outcomes/file-error.ts';

export const GONE = 'The file no longer exists. Upload it again.';
export const REPLACED =
  'The file was replaced before its import ended. The new file is imported on its own. Upload the former one with another name.';

const reasons = { gone: GONE, replaced: REPLACED } as const;

/** Opens a range of the uploaded file, in the version or with the content that the job was created for. */
export const openUpload = async (
  upload: ObjectVersion,
  range: { readonly start: number; readonly end: number },
  files: Pick<Files, 'read'>,
): Promise<Readable> => {
  try {
    return await openRange(upload, range, files);
  } catch (error) {
    const absence = upload.etag === undefined ? undefined : absenceOf(error);
    throw absence === undefined ? error : new FileError(reasons[absence]);
  }
};

export const uploadReader = (upload: ObjectVersion, files: Pick<Files, 'read'>): ReadRange =>
  rangeReader((range) => openUpload(upload, range, files));
