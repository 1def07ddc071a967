import * as v from 'valibot';
import type { Context } from '../context.ts';
import { openToken, signToken } from './actions.ts';
import type { Purpose } from './token.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

/** The members of an item with the encrypted secrets of one thing. */
export const rotatingSecretFields = {
  current: v.string(),
  /** The secret before, which is valid too until the other side knows the new one. */
  previous: v.optional(v.string()),
  previousUntil: v.optional(v.string()),
};
const RotatingSecret = v.object(rotatingSecretFields);
type RotatingSecret = v.InferOutput<typeof RotatingSecret>;

interface Declaration {
  readonly purpose: Purpose;
  /** The name of the claim that binds a secret to its owner, such as `webhookId`. */
  readonly ownerClaim: string;
  readonly read: (ownerId: string, context: Deps) => Promise<RotatingSecret | undefined>;
  readonly write: (ownerId: string, secret: RotatingSecret, context: Deps) => Promise<unknown>;
}

/** How long the former secret stays valid, so that the other side can change its own at leisure. */
const OVERLAP_MS = 24 * 3_600_000;

/** Secrets that are shared with another system. They are stored encrypted, and replaced with an overlap. */
export const rotatingSecrets = ({ purpose, ownerClaim, read, write }: Declaration) => {
  const Sealed = v.looseObject({ secret: v.string() });

  const encrypt = (ownerId: string, secret: string, context: Deps): Promise<string> =>
    signToken({ purpose, claims: { [ownerClaim]: ownerId }, hidden: { secret } }, context);

  const decrypt = async (ownerId: string, token: string, context: Deps): Promise<string> => {
    const opened = await openToken({ purpose, token, schema: Sealed }, context);
    if (opened.kind === 'invalid' || opened.claims[ownerClaim] !== ownerId)
      throw new Error(`The secret of the ${purpose} ${ownerId} cannot be decrypted.`);
    return opened.claims.secret;
  };

  return {
    /** Stores the first secret. */
    async store(ownerId: string, secret: string, context: Deps): Promise<void> {
      await write(ownerId, { current: await encrypt(ownerId, secret, context) }, context);
    },

    /** Uses a new secret from now on, and for a day also the one before. */
    async replace(ownerId: string, secret: string, context: Deps): Promise<void> {
      const stored = await read(ownerId, context);
      if (stored && (await decrypt(ownerId, stored.current, context)) === secret) return;
      const current = await encrypt(ownerId, secret, context);
      const previousUntil = new Date(context.now().getTime() + OVERLAP_MS).toISOString();
      await write(ownerId, { current, ...(stored && { previous: stored.current, previousUntil }) }, context);
    },

    /** The secrets that are valid now, the newest first. Empty if there is none. */
    async readValid(ownerId: string, context: Deps): Promise<readonly string[]> {
      const stored = await read(ownerId, context);
      if (!stored) return [];
      const { current, previous, previousUntil = '' } = stored;
      const isOverlapping = previous !== undefined && previousUntil > context.now().toISOString();
      return Promise.all(
        [current, ...(isOverlapping ? [previous] : [])].map((token) => decrypt(ownerId, token, context)),
      );
    },
  };
};
