import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Domain } from '../../functions/platform/service/service.ts';
import { bundleInto } from '../../lib/constructs/functions/bundle.ts';

/** Bundles a domain as it is deployed; bytes of what is loaded at start, and of everything. */
export const built = (domain: Domain, folder: string) => {
  const outputs = new Map(Object.entries(bundleInto(folder, domain)));
  const [first = ''] = [...outputs.keys()].filter((path) => path.endsWith('/index.js'));
  const atStart = new Set([first]);
  for (const path of atStart) {
    for (const { kind, path: needed, external } of outputs.get(path)?.imports ?? []) {
      if (kind === 'import-statement' && !external) atStart.add(needed);
    }
  }
  const bytes = (paths: Iterable<string>) => [...paths].reduce((sum, path) => sum + statSync(path).size, 0);
  return { entry: join(folder, 'index.js'), loaded: bytes(atStart), whole: bytes(outputs.keys()) };
};
