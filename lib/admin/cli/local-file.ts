import { createReadStream, readFileSync, statSync } from 'node:fs';
import { Advice } from './advice.ts';

/** Reads a file that the command line names. */
export const readLocalFile = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch {
    throw new Advice(`The file ${file} cannot be read.`);
  }
};

/** Reads a file of any size in chunks. */
export const streamLocalFile = (file: string): AsyncIterable<Uint8Array> => {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Advice(`The file ${file} cannot be read.`);
  return readChunks(file);
};

async function* readChunks(file: string): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) yield chunk;
}
