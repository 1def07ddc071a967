import { generatedModule } from '../process/generated-module.ts';
import { buildScripts } from './build-scripts.ts';

/** The module name by which the function that serves the scripts imports them. */
export const SCRIPTS_MODULE = 'onsite-scripts';

/** Builds the scripts of the browser into a module that bundles contain, in a tenth of a second. Returns its path. */
export const bundledScripts = generatedModule(SCRIPTS_MODULE, () => {
  const scripts = Object.fromEntries(
    Object.entries(buildScripts()).map(([name, { text, version, integrity }]) => [name, { text, version, integrity }]),
  );
  return `export const scripts = ${JSON.stringify(scripts)};\n`;
});
