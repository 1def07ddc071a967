import { createHash, pbkdf2, randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { create, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { openToken, signToken } from '../../accounts/tokens/actions.ts';
import { spentChallenges } from './pending.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** Work for a browser, as ALTCHA's version 2 has it: its widget, and whatever else solves those, solves ours. */
export const Challenge = v.object({
  parameters: v.object({
    algorithm: v.literal('PBKDF2/SHA-256'),
    /** Iterations of PBKDF2. */
    cost: v.number(),
    /** In seconds since 1970. */
    expiresAt: v.number(),
    keyLength: v.number(),
    /** What the key begins with that is to be found, by counting up from 0. */
    keyPrefix: v.string(),
    nonce: v.string(),
    salt: v.string(),
  }),
  signature: v.string(),
});
export type Challenge = v.InferOutput<typeof Challenge>;

const COST = 5_000;
/** The counter is one of these: nobody waits for long by bad luck. */
const COUNTERS = { least: 500, most: 1_500 };
const KEY_BYTES = 32;
const MINUTES = 30;
const MINUTE_MS = 60_000;

const derive = promisify(pbkdf2);

/** Costs us one key, and the browser some thousand. What is signed names the key by its hash: only the work finds it. */
export const makeChallenge = async (context: Deps): Promise<Challenge> => {
  const [nonce, salt] = [randomBytes(16), randomBytes(16)];
  const counter = Buffer.alloc(4);
  counter.writeUInt32BE(randomInt(COUNTERS.least, COUNTERS.most + 1));
  const key = await derive(Buffer.concat([nonce, counter]), salt, COST, KEY_BYTES, 'sha256');
  const until = new Date(context.now().getTime() + MINUTES * MINUTE_MS);
  return {
    parameters: {
      algorithm: 'PBKDF2/SHA-256',
      cost: COST,
      expiresAt: Math.floor(until.getTime() / 1_000),
      keyLength: KEY_BYTES,
      keyPrefix: key.subarray(0, KEY_BYTES / 2).toString('hex'),
      nonce: nonce.toString('hex'),
      salt: salt.toString('hex'),
    },
    signature: await signToken({ purpose: 'challenge', claims: { k: hashOf(key) }, until }, context),
  };
};

const hashOf = (key: Buffer): string => createHash('sha256').update(key).digest('base64url');

const Claims = v.object({ k: v.string() });

/** JSON in base64, as it comes in a form's field `altcha`. */
const Solved = v.object({
  challenge: v.object({ signature: v.string() }),
  solution: v.object({ derivedKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
});

export type Unsolved = 'challenge_missing' | 'challenge_wrong' | 'challenge_expired';
export type CheckedSolution = { readonly kind: 'solved'; readonly id: string } | { readonly kind: Unsolved };

/** Whether the work was done. It is not used up by asking. */
export const checkSolution = async (given: string, context: Deps): Promise<CheckedSolution> => {
  if (given === '') return { kind: 'challenge_missing' };
  const read = v.safeParse(Solved, jsonIn(given));
  if (!read.success) return { kind: 'challenge_wrong' };
  const { challenge, solution } = read.output;
  const opened = await openToken({ purpose: 'challenge', token: challenge.signature, schema: Claims }, context);
  if (opened.kind === 'invalid') return { kind: 'challenge_wrong' };
  if (opened.claims.k !== hashOf(Buffer.from(solution.derivedKey, 'hex'))) return { kind: 'challenge_wrong' };
  return opened.kind === 'expired' ? { kind: 'challenge_expired' } : { kind: 'solved', id: opened.claims.k };
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    return undefined;
  }
};

/** Uses a solution up; false where that was done before. */
export const markSolutionUsed = async (id: string, { account, table, now, newId }: Deps): Promise<boolean> => {
  const expiresAt = Math.ceil((now().getTime() + 2 * MINUTES * MINUTE_MS) / 1_000);
  const by = newId();
  const written = await table.write(create(spentChallenges, { account, id, by, expiresAt }));
  return written.done || written.existing?.by === by;
};

/** What came of it was refused: it holds for another try. */
export const releaseSolution = async (id: string, { account, table }: Deps): Promise<void> => {
  await table.write(remove(spentChallenges, { account, id }));
};
