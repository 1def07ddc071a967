import { parseArgs } from 'node:util';
import type { Kind } from '../bench/import-file.ts';
import { eraseSoak } from './erase.ts';
import { fuzzSoak } from './fuzz.ts';
import { importsSoak } from './imports.ts';
import { killSoak } from './kill.ts';

/** What takes too long for every change: `npm run soak -- fuzz`. What fails is thrown, and told with its seed. */
const soaks = {
  erase: eraseSoak,
  fuzz: fuzzSoak,
  imports: importsSoak,
  'dry-runs': (asked: Parameters<typeof importsSoak>[0]) => importsSoak({ ...asked, withDryRuns: true }),
  kill: killSoak,
} as const;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    /** Of the size that a soak has. */
    scale: { type: 'string', default: '1' },
    /** One kind of file alone: `profiles` or `events`. */
    only: { type: 'string' },
  },
});
const [name] = positionals;
const soak = name === undefined ? undefined : soaks[name as keyof typeof soaks];
if (!soak) throw new Error(`Say which: ${Object.keys(soaks).join(', ')}.`);
console.error(`seed ${values.seed}`);
console.log(
  JSON.stringify(
    await soak({ seed: Number(values.seed), scale: Number(values.scale), only: values.only as Kind | undefined }),
    null,
    2,
  ),
);
