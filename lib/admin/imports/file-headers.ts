import { Readable } from 'node:stream';
import type { Mapping } from '../../../functions/domains/imports/columns/mapping.ts';
import { findHeader } from '../../../functions/domains/imports/contents/header.ts';
import { beginningOf, SAMPLE_BYTES } from '../../../functions/domains/imports/contents/read.ts';
import { FileError } from '../../../functions/domains/imports/outcomes/file-error.ts';
import { Advice } from '../cli/advice.ts';

/** Reads the headers of a file as an import with this mapping does. */
export const readHeaders = async (bytes: Buffer, mapping: Mapping): Promise<string[]> => {
  const source = {
    size: bytes.length,
    stream: async (start: number, end: number) => Readable.from([bytes.subarray(start, end)]),
  };
  try {
    const header = await findHeader(await beginningOf(bytes.subarray(0, SAMPLE_BYTES), source), mapping);
    if ('reason' in header) throw new Advice(header.reason);
    return [...header.headers];
  } catch (error) {
    throw error instanceof FileError ? new Advice(error.message) : error;
  }
};
