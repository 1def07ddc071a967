import { startCloud } from '../../lib/local/cloud.ts';
import { fuzzAccepted, fuzzAnything, fuzzUnknown } from '../fuzz/stack.ts';

/** As in `npm test`, with more of each and every limit that the document names. */
export const fuzzSoak = async ({ seed }: { readonly seed: number }): Promise<Readonly<Record<string, number>>> => {
  const { stack, stop } = await startCloud({ tell: (what) => console.error(what) });
  try {
    const scale = { examples: 100, seed, isThorough: true };
    const figures: Record<string, number> = {};
    for (const [name, fuzz] of Object.entries({ fuzzAccepted, fuzzAnything, fuzzUnknown })) {
      console.error(`${name} …`);
      figures[`fuzz.${name}.requests`] = (await fuzz(stack, scale)).length;
    }
    return figures;
  } finally {
    await stop();
  }
};
