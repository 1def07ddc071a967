import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { buildInCache } from '../../../lib/constructs/functions/bundle-cache.ts';
import { bundledScripts, SCRIPTS_MODULE } from '../../../lib/onsite/bundled-scripts.ts';
import { repository } from '../../../lib/process/environment.ts';
import { bundledSandbox, SANDBOX_MODULE } from '../../../lib/sandbox/bundled-sandbox.ts';

/** Loaded on first use, from beside their user. */
const lazyModules = [
  'functions/model/phone/phone-library.ts',
  'functions/domains/imports/cells/country-names.ts',
  'functions/domains/imports/columns/translated-names.ts',
];

/** A bundle is in another folder than its sources. */
const keepFolders: Plugin = {
  name: 'keep-folders',
  setup: ({ onLoad }) => {
    onLoad({ filter: /[\\/]lib[\\/]process[\\/]environment\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('import.meta.dirname', JSON.stringify(dirname(path))),
      loader: 'ts',
    }));
  },
};

const options = {
  bundle: true,
  metafile: true,
  write: false,
  platform: 'node',
  format: 'esm',
  outExtension: { '.js': '.mjs' },
  mainFields: ['module', 'main'],
  external: ['ssh2', 'ssh2-sftp-client', 'esbuild'],
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module';const require = requireFrom(import.meta.url);",
  },
} satisfies BuildOptions;

/**
 * Bundles a program, as functions are, and returns its path. It starts in a third of the time of its sources, which are
 * some 800 files: tests start the same programs hundreds of times.
 */
export const bundledProgram = async (entry: string): Promise<string> => {
  const name = basename(entry, '.ts');
  const folder = await buildInCache(`program-${name}`, import.meta.filename, async (outdir) => {
    const program = build({
      ...options,
      outdir,
      entryPoints: [join(repository, entry)],
      splitting: true,
      alias: { [SCRIPTS_MODULE]: bundledScripts(), [SANDBOX_MODULE]: bundledSandbox() },
      plugins: [keepFolders],
    });
    const lazy = build({
      ...options,
      outdir,
      entryPoints: lazyModules.map((path) => join(repository, path)),
      entryNames: '[name]',
    });
    const built = await Promise.all([program, lazy]);
    mkdirSync(outdir);
    for (const { path, text } of built.flatMap(({ outputFiles }) => outputFiles))
      writeFileSync(path, text.replaceAll(/\("\.\/([\w-]+)\.ts"\)/g, '("./$1.mjs")'));
    return Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
  });
  return join(folder, `${name}.mjs`);
};
