import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';
import { minify_sync } from 'terser';
import type { ScriptName } from '../../functions/api/onsite/script-files.ts';
import { internalNames } from './internal-names.ts';

const browser = join(import.meta.dirname, '../../functions/browser');

export interface Script {
  readonly text: string;
  /** Compressed when it is read: a deployment leaves that to the function that serves the script. */
  readonly brotli: Buffer;
  readonly gzip: Buffer;
  /** A hash of the text, for URLs whose content never changes. */
  readonly version: string;
  /** For the attribute `integrity`. */
  readonly integrity: string;
  /** The files that it contains. */
  readonly sources: readonly string[];
}

/** The files that determine how scripts are built. */
export const buildFiles = [import.meta.filename, join(import.meta.dirname, 'internal-names.ts')];

/** Bundles the scripts of the browser: one minified file each, without dependencies, for browsers of ES2020. */
export const buildScripts = (): Readonly<Record<ScriptName, Script>> => ({
  loader: buildScript(join(browser, 'loader/main.ts'), internalNames),
  tracker: buildScript(join(browser, 'tracker/main.ts'), internalNames),
  standalone: buildScript(join(browser, 'tracker/standalone.ts'), internalNames),
  forms: buildScript(join(browser, 'forms/main.ts')),
});

/** Terser's output is a twentieth smaller than esbuild's. */
const minify = (code: string, shortened: readonly string[]): string => {
  const { code: text = '' } = minify_sync(code, {
    ecma: 2020,
    // Copies of functions at each call would be larger.
    compress: { passes: 2, inline: 1, pure_getters: true },
    mangle: { properties: { regex: new RegExp(`^(${shortened.join('|')})$`) } },
    toplevel: true,
  });
  return text;
};

const buildScript = (entry: string, shortened: readonly string[] = []): Script => {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [entry],
    // Not the one of the folder: it would add "use strict", which modules have anyway.
    tsconfigRaw: {},
    bundle: true,
    // Smaller than what Terser makes alone.
    minifySyntax: true,
    metafile: true,
    write: false,
    platform: 'browser',
    target: 'es2020',
    format: 'iife',
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const text = minify(outputFiles.map((file) => file.text).join(''), shortened);
  const params = {
    [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(text),
  };
  const hash = (algorithm: string) => createHash(algorithm).update(text);
  return {
    text,
    get brotli() {
      return brotliCompressSync(text, { params });
    },
    get gzip() {
      return gzipSync(text, { level: constants.Z_BEST_COMPRESSION });
    },
    version: hash('sha256').digest('hex').slice(0, 16),
    integrity: `sha384-${hash('sha384').digest('base64')}`,
    sources: Object.keys(metafile.inputs).map((path) => resolve(path)),
  };
};
