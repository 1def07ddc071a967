import { createReadStream, readFileSync, statSync } from 'node:fs';
import { Advice } from './advice.ts';

/** What is in a file that was named on the command line. */
export const contentOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch {
    throw new Advice(`${file} can't be read.`);
  }
};

/** The same of a file of any size, piece by piece. */
export const piecesOf = (file: string): AsyncIterable<Uint8Array> => {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Advice(`${file} can't be read.`);
  return readPieces(file);
};

async function* readPieces(file: string): AsyncGenerator<Uint8Array> {
  for await (const piece of createReadStream(file, { highWaterMark: 1024 * 1024 })) yield piece;
}
