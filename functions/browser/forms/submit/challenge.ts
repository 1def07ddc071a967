import { getJson, type Target } from './requests.ts';

interface Challenge {
  readonly parameters: {
    readonly nonce: string;
    readonly salt: string;
    readonly cost: number;
    readonly keyLength: number;
    readonly keyPrefix: string;
  };
}

/** So many at a time: the browser derives keys on threads of its own, and the page stays responsive. */
const AT_ONCE = 8;

/** Solves a proof of work, and returns it as `altcha`. */
const solve = async (challenge: Challenge): Promise<string> => {
  const { nonce, salt, cost, keyLength, keyPrefix } = challenge.parameters;
  const keyOf = async (counter: number): Promise<string> => {
    const password = new Uint8Array([...bytesOf(nonce), 0, 0, 0, 0]);
    new DataView(password.buffer).setUint32(password.length - 4, counter);
    const key = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const how = { name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations: cost };
    const bits = new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * keyLength));
    return Array.from(bits, (byte) => byte.toString(16).padStart(2, '0')).join('');
  };
  for (let from = 0; ; from += AT_ONCE) {
    const keys = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => keyOf(from + i)));
    const at = keys.findIndex((key) => key.startsWith(keyPrefix));
    if (at >= 0) return btoa(JSON.stringify({ challenge, solution: { counter: from + at, derivedKey: keys[at] } }));
  }
};

const bytesOf = (hex: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array((hex.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)));

/** The proof of work for the next submission, begun before it is needed. */
export interface Work {
  /** Begins if it is needed and has not begun. */
  readonly begin: (isNeeded?: unknown) => void;
  /** The solution, for one submission. Undefined if none is needed or possible: the server then says what is wrong. */
  readonly take: () => Promise<string | undefined>;
}

export const openWork = (target: Target, isAlways: boolean | undefined): Work => {
  let solution: Promise<string | undefined> | undefined;
  const work = async (): Promise<string | undefined> => {
    const challenge = await getJson<Challenge>(target, 'challenge');
    return challenge && solve(challenge).catch(() => undefined);
  };
  const begin = (isNeeded: unknown): void => {
    if (isAlways || isNeeded === true) solution ??= work();
  };
  return {
    begin,
    take: () => {
      begin(isAlways);
      const taken = solution;
      solution = undefined;
      return taken ?? Promise.resolve(undefined);
    },
  };
};
