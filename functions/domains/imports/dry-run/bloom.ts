import { hash } from 'node:crypto';

const PROBES = 6;
const BITS_EACH = 10;

/** A Bloom filter of texts, with a false positive rate of one percent. */
export const bloomOf = (texts: readonly string[]): Buffer => {
  const bits = Buffer.alloc(Math.ceil((Math.max(1, texts.length) * BITS_EACH) / 8));
  for (const text of texts) {
    const places = placesOf(text);
    for (let probe = 0; probe < PROBES; probe++) {
      const bit = bitOf(places, probe, bits);
      bits[bit >> 3] = (bits[bit >> 3] ?? 0) | (1 << (bit & 7));
    }
  }
  return bits;
};

/** The bit positions of a text in any filter. */
export type Places = readonly [first: number, step: number];

export const placesOf = (text: string): Places => {
  const bytes = hash('sha256', text, 'buffer');
  // An odd step, so that its multiples do not collide early.
  return [bytes.readUInt32LE(0), (bytes.readUInt32LE(4) | 1) >>> 0];
};

export const mayHold = (bits: Buffer, places: Places): boolean => {
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = bitOf(places, probe, bits);
    if (((bits[bit >> 3] ?? 0) & (1 << (bit & 7))) === 0) return false;
  }
  return true;
};

const bitOf = ([first, step]: Places, probe: number, { length }: Buffer): number =>
  (first + probe * step) % (length * 8);
