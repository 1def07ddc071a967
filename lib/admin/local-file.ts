import { readFileSync } from 'node:fs';
import { Advice } from './advice.ts';

/** What is in a file that was named on the command line. */
export const contentOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch {
    throw new Advice(`${file} can't be read.`);
  }
};
