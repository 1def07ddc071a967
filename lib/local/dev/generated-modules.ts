import { readFileSync } from 'node:fs';
import { bundledScripts } from '../../onsite/bundled-scripts.ts';
import type { GeneratedModule } from '../../process/generated-module.ts';
import { bundledSandbox } from '../../sandbox/bundled-sandbox.ts';

/**
 * Makes the modules that bundles contain again, such as the scripts of the browser. Returns those that are different now:
 * no bundle names their sources.
 */
export const remakeModules = (
  modules: readonly GeneratedModule[] = [bundledScripts, bundledSandbox],
): readonly string[] =>
  modules.flatMap((make) => {
    const before = readFileSync(make(), 'utf8');
    const file = make({ afterChanges: true });
    return readFileSync(file, 'utf8') === before ? [] : [file];
  });
