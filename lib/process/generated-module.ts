import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from './environment.ts';

/**
 * Makes a module that bundles contain, and returns its path. Made once per process; written only if it changed, so that
 * bundles stay cached.
 */
export const generatedModule = (name: string, code: () => string): (() => string) => {
  const file = join(localFolder, `${name}.mjs`);
  let isWritten = false;
  return () => {
    if (isWritten) return file;
    const text = code();
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
      mkdirSync(localFolder, { recursive: true });
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, text);
      renameSync(draft, file);
    }
    isWritten = true;
    return file;
  };
};
