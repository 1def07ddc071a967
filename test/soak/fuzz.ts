import { startCloud } from '../../lib/local/cloud.ts';
import { CommandError } from '../../lib/process/run.ts';
import { fuzzAccepted, fuzzAnything, fuzzUnknown } from '../fuzz/stack.ts';
import type { Asked } from './asked.ts';

const EXAMPLES = 100;

/** Of requests made up for each operation; those of the limits are as many as the document names. */
export const examplesAt = (scale: number): number => Math.max(1, Math.round(EXAMPLES * scale));

/** As in `npm test`, with more of each and every limit that the document names. All parts are run, whatever one finds. */
export const fuzzSoak = async ({ seed, scale }: Asked): Promise<Readonly<Record<string, number>>> => {
  const { stack, stop } = await startCloud({ onStep: (step) => console.error(step) });
  const figures: Record<string, number> = {};
  const found: string[] = [];
  try {
    for (const [name, fuzz] of Object.entries({ fuzzAccepted, fuzzAnything, fuzzUnknown })) {
      const began = performance.now();
      console.error(`${name} …`);
      try {
        const asked = await fuzz(stack, { examples: examplesAt(scale), seed, isThorough: true });
        figures[`fuzz.${name}.requests`] = asked.length;
        for (const { status } of asked) {
          const figure = `fuzz.${name}.${status}`;
          figures[figure] = (figures[figure] ?? 0) + 1;
        }
      } catch (error) {
        if (!(error instanceof CommandError)) throw error;
        console.error(error.output);
        found.push(name);
      }
      figures[`fuzz.${name}.seconds`] = Math.round((performance.now() - began) / 1_000);
    }
  } finally {
    await stop();
  }
  if (found.length > 0) throw new Error(`Failed, as told above: ${found.join(', ')}.`);
  return figures;
};
