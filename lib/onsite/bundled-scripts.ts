import { generatedModule } from '../process/generated-module.ts';
import { buildFiles, buildScripts } from './build-scripts.ts';

/** The module name by which the function that serves the scripts imports them. */
export const SCRIPTS_MODULE = 'onsite-scripts';

/** Builds the scripts of the browser into a module that bundles contain, and returns its path. */
export const bundledScripts = generatedModule(SCRIPTS_MODULE, () => {
  const built = Object.entries(buildScripts());
  const scripts = Object.fromEntries(
    built.map(([name, { text, version, integrity }]) => [name, { text, version, integrity }]),
  );
  return {
    code: `export const scripts = ${JSON.stringify(scripts)};\n`,
    sources: [...new Set([...built.flatMap(([, { sources }]) => sources), ...buildFiles, import.meta.filename])],
  };
});
