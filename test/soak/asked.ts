import { parseArgs } from 'node:util';
import type { PersonKind as Kind } from '../bench/import-file.ts';

/** How a soak is asked for. */
export interface Asked {
  readonly seed: number;
  /** Of the size that a soak has. */
  readonly scale: number;
  /** One kind of file alone. */
  readonly only?: Kind | undefined;
}

export const usage = (names: readonly string[]): string => `npm run soak -- <${names.join('|')}> [options]

  --seed <n>      draws what is drawn; by default another one each time, which is printed
  --scale <n>     of the size that the soak has: 0.1 is a tenth of the rows of files, of the events of an archive,
                  and of the requests made up for each operation; those of the document's limits are all sent
  --only <kind>   profiles or events: of imports and dry runs, one kind of file alone
  --help          tells this

\`tests\` runs what \`npm test\` does at a reduced size, at its full size: faults, kills, races, planners, hostile
bodies, growth, and requests that schemathesis makes up. It takes no seed and no scale.`;

/** Undefined where help was asked for. */
export const readAsked = (
  args: readonly string[],
  seed: number,
): (Asked & { readonly name: string | undefined }) | undefined => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      seed: { type: 'string', default: `${seed}` },
      scale: { type: 'string', default: '1' },
      only: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const { only } = values;
  if (only !== undefined && only !== 'profiles' && only !== 'events') throw new Error(`There are no files of ${only}.`);
  const scale = Number(values.scale);
  if (!(scale > 0 && scale < Number.POSITIVE_INFINITY)) throw new Error(`${values.scale} is no scale: say 1, or 0.1.`);
  if (!/^\d+$/.test(values.seed)) throw new Error(`${values.seed} is no seed: say a whole number.`);
  return { name: positionals[0], seed: Number(values.seed), scale, only };
};
