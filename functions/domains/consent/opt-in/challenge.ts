import { createHash, pbkdf2, randomBytes, randomInt } from 'node:crypto';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { create, remove } from '../../../platform/table/write.ts';
import type { Context } from '../../accounts/context.ts';
import { openToken, signToken } from '../../accounts/tokens/actions.ts';
import { spentChallenges } from './store.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now' | 'newId'>;

/** A proof-of-work challenge in ALTCHA's version 2 format: its widget and other solvers work with it. */
export const Challenge = v.object({
  parameters: v.object({
    algorithm: v.literal('PBKDF2/SHA-256'),
    /** Iterations of PBKDF2. */
    cost: v.number(),
    /** In seconds since 1970. */
    expiresAt: v.number(),
    keyLength: v.number(),
    /** The prefix of the key to find, by counting up from 0. */
    keyPrefix: v.string(),
    nonce: v.string(),
    salt: v.string(),
  }),
  signature: v.string(),
});
export type Challenge = v.InferOutput<typeof Challenge>;

const COST = 5_000;
/** The counter is in this range, so that no browser has to search for long. */
const COUNTERS = { least: 500, most: 1_500 };
const KEY_BYTES = 32;
const MINUTES = 30;
const MINUTE_MS = 60_000;

const derive = promisify(pbkdf2);

/**
 * Creates a challenge. It costs the server one key derivation, and the browser about a thousand. The signature contains
 * only a hash of the key, so the work is the only way to find it.
 */
export const createChallenge = async (context: Deps): Promise<Challenge> => {
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

/** Base64-encoded JSON, from the form field `altcha`. */
const SolutionPayload = v.object({
  challenge: v.object({ signature: v.string() }),
  solution: v.object({ derivedKey: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)) }),
});

export type ChallengeProblem = 'challenge_missing' | 'challenge_wrong' | 'challenge_expired';
export type SolutionCheck = { readonly kind: 'solved'; readonly id: string } | { readonly kind: ChallengeProblem };

/** Checks a solution, without spending it. */
export const checkSolution = async (encoded: string, context: Deps): Promise<SolutionCheck> => {
  if (encoded === '') return { kind: 'challenge_missing' };
  const parsed = v.safeParse(SolutionPayload, parseBase64Json(encoded));
  if (!parsed.success) return { kind: 'challenge_wrong' };
  const { challenge, solution } = parsed.output;
  const opened = await openToken({ purpose: 'challenge', token: challenge.signature, schema: Claims }, context);
  if (opened.kind === 'invalid') return { kind: 'challenge_wrong' };
  if (opened.claims.k !== hashOf(Buffer.from(solution.derivedKey, 'hex'))) return { kind: 'challenge_wrong' };
  return opened.kind === 'expired' ? { kind: 'challenge_expired' } : { kind: 'solved', id: opened.claims.k };
};

const parseBase64Json = (text: string): unknown => {
  try {
    return JSON.parse(Buffer.from(text, 'base64').toString());
  } catch {
    return undefined;
  }
};

/** Marks a solution as spent. Returns false if it already was. */
export const markSolutionUsed = async (id: string, { account, table, now, newId }: Deps): Promise<boolean> => {
  const expiresAt = Math.ceil((now().getTime() + 2 * MINUTES * MINUTE_MS) / 1_000);
  const by = newId();
  const result = await table.write(create(spentChallenges, { account, id, by, expiresAt }));
  return result.done || result.existing?.by === by;
};

/** Makes a spent solution usable again, after its submission was refused. */
export const releaseSolution = async (id: string, { account, table }: Deps): Promise<void> => {
  await table.write(remove(spentChallenges, { account, id }));
};
