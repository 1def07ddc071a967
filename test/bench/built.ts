import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceDeclaration } from '../../functions/platform/service/service.ts';
import { bundleAll } from '../../lib/constructs/functions/bundle.ts';

/** Bundles services as they are deployed; bytes of what each loads at start, and of everything. */
export const built = (folder: string, services: readonly ServiceDeclaration[]) =>
  new Map(
    [...bundleAll(folder, services)].map(([name, outputs]) => {
      const atStart = new Set(['index.js']);
      for (const file of atStart) {
        for (const { kind, path: needed, external } of outputs[file]?.imports ?? []) {
          if (kind === 'import-statement' && !external) atStart.add(needed);
        }
      }
      const bytes = (files: Iterable<string>) =>
        [...files].reduce((sum, file) => sum + statSync(join(folder, name, file)).size, 0);
      const entry = join(folder, name, 'index.js');
      return [name, { entry, loaded: bytes(atStart), whole: bytes(Object.keys(outputs)) }];
    }),
  );
