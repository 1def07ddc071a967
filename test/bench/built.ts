import { join } from 'node:path';
import { build } from 'esbuild';
import type { Domain } from '../../functions/domain.ts';
import { bundleOptions } from '../../lib/constructs/bundle.ts';

/** Bundles a domain as it is deployed; bytes of what is loaded at start, and of everything. */
export const built = async (domain: Pick<Domain, 'name'>, folder: string) => {
  const { metafile } = await build({ ...bundleOptions(domain, folder), metafile: true });
  const outputs = Object.entries(metafile.outputs);
  const byName = new Map(outputs);
  const first = outputs.find(([path]) => path.endsWith('index.mjs'))?.[0] ?? '';
  const atStart = new Set([first]);
  for (const path of atStart) {
    for (const { kind, path: needed, external } of byName.get(path)?.imports ?? []) {
      if (kind === 'import-statement' && !external) atStart.add(needed);
    }
  }
  const bytes = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + (byName.get(path)?.bytes ?? 0), 0);
  return { entry: join(folder, 'index.mjs'), loaded: bytes(atStart), whole: bytes(byName.keys()) };
};
