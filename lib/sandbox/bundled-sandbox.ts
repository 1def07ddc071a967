import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { localFolder } from '../process/environment.ts';

/** The module name by which `functions/platform/sandbox` imports the program of its process. */
export const SANDBOX_MODULE = 'sandbox-source';

const file = join(localFolder, 'sandbox-source.mjs');
let isWritten = false;

/**
 * Builds the program into a module that bundles contain, and returns its path. Built once per process; written only if
 * it changed, so that bundles stay cached.
 */
export const bundledSandbox = (): string => {
  if (isWritten) return file;
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, '../../functions/platform/sandbox/child.ts')],
    bundle: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const code = `export const source = ${JSON.stringify(outputFiles.map(({ text }) => text).join(''))};\n`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== code) {
    mkdirSync(localFolder, { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, code);
    renameSync(draft, file);
  }
  isWritten = true;
  return file;
};
