import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { localFolder } from '../process/environment.ts';
import { buildScripts } from './build-scripts.ts';

/** The module name by which the function that serves the scripts imports them. */
export const SCRIPTS_MODULE = 'onsite-scripts';

const file = join(localFolder, 'onsite-scripts.mjs');
let isWritten = false;

/**
 * Builds the scripts of the browser into a module that bundles contain, and returns its path. Built once per process,
 * in a tenth of a second; written only if it changed, so that bundles stay cached.
 */
export const bundledScripts = (): string => {
  if (isWritten) return file;
  const scripts = Object.fromEntries(
    Object.entries(buildScripts()).map(([name, { text, version, integrity }]) => [name, { text, version, integrity }]),
  );
  const code = `export const scripts = ${JSON.stringify(scripts)};\n`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== code) {
    mkdirSync(localFolder, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  }
  isWritten = true;
  return file;
};
