import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { generatedModule } from '../process/generated-module.ts';

/** The module name by which `functions/platform/sandbox` imports the program of its process. */
export const SANDBOX_MODULE = 'sandbox-source';

/** Builds the program into a module that bundles contain, and returns its path. */
export const bundledSandbox = generatedModule(SANDBOX_MODULE, () => {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(import.meta.dirname, '../../functions/platform/sandbox/child.ts')],
    bundle: true,
    metafile: true,
    write: false,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    legalComments: 'none',
    logLevel: 'warning',
  });
  return {
    code: `export const source = ${JSON.stringify(outputFiles.map(({ text }) => text).join(''))};\n`,
    sources: [...Object.keys(metafile.inputs).map((path) => resolve(path)), import.meta.filename],
  };
});
