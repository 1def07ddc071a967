import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { domains } from '../../functions/domains.ts';
import { bundleOptions } from '../../lib/constructs/bundle.ts';
import { type Figure, least } from './figure.ts';

const RUNS = 9;

/** Import time of each function's bundle as a multiple of an empty process's, and the size of the bundle. */
export const startup = async (): Promise<Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  try {
    const bare = await least(RUNS, () => wallMs(['-e', '0']));
    const figures: Figure[] = [];
    for (const domain of domains) {
      const outfile = join(folder, `${domain.name}.mjs`);
      await build(bundleOptions(domain, outfile));
      const own = await least(RUNS, () => wallMs([outfile]));
      figures.push(
        { name: `startup.${domain.name}`, value: own / bare, unit: '× bare node', better: 'lower', aim: 2 },
        { name: `bundle.${domain.name}`, value: statSync(outfile).size / 1024, unit: 'KB', better: 'lower' },
      );
    }
    return figures;
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const wallMs = (args: readonly string[]): number => {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The process ended with ${status}: ${stderr}`);
  return performance.now() - start;
};
