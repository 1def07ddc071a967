import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { toReadableText } from '../../../model/account.ts';
import { openCache } from '../../../platform/cache.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Table } from '../../../platform/table/table.ts';
import { create, update } from '../../../platform/table/write.ts';
import type { Context } from '../context.ts';
import { decrypt, encrypt } from './encryption.ts';
import { secretsPk, secretsPrefix, tokenSecrets } from './store.ts';
import { keyedHash, type Purpose, sealToken, secretIdOf, type TokenSecret, verifyClaims } from './token.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

interface TokenContents {
  readonly purpose: Purpose;
  /** Readable by everybody who has the token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** Encrypted claims. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly until?: Date;
}

/** Signs a token with these claims, for ever or until a time. */
export const signToken = async ({ purpose, claims, hidden, until }: TokenContents, context: Deps): Promise<string> => {
  const secret = await getSigningSecret(purpose, context);
  const exp = until && { exp: Math.floor(until.getTime() / 1_000) };
  return sealToken({ ...claims, ...exp, ...(hidden && { x: encrypt(JSON.stringify(hidden), secret) }) }, secret);
};

export type OpenedToken<Claims> =
  | { readonly kind: 'valid' | 'expired'; readonly claims: Claims }
  /** Not signed here, signed for another purpose or account, or revoked. */
  | { readonly kind: 'invalid' };

const SealedClaims = v.looseObject({
  exp: v.optional(v.number(), Number.POSITIVE_INFINITY),
  /** The hidden claims, encrypted. */
  x: v.optional(v.string()),
});
const Hidden = v.optional(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string())), '{}');

/** Verifies a token and returns its claims, if this account signed it for this purpose. */
export const openToken = async <S extends v.GenericSchema>(
  { purpose, token, schema }: { purpose: Purpose; token: string; schema: S },
  context: Deps,
): Promise<OpenedToken<v.InferOutput<S>>> => {
  const id = secretIdOf(token);
  const secret = id === undefined ? undefined : await findSecret({ purpose, id }, context);
  const claims = secret && verifyClaims(token, secret);
  const sealed = v.safeParse(SealedClaims, claims);
  if (!secret || !sealed.success) return { kind: 'invalid' };
  const { x } = sealed.output;
  const hidden = v.parse(Hidden, x === undefined ? undefined : decrypt(x, secret));
  const parsed = v.safeParse(schema, { ...sealed.output, ...hidden });
  if (!parsed.success) return { kind: 'invalid' };
  const isExpired = context.now().getTime() >= sealed.output.exp * 1_000;
  return { kind: isExpired ? 'expired' : 'valid', claims: parsed.output };
};

/** Creates a new secret, which signs tokens from now on. Earlier tokens stay valid, unless they are revoked. */
export const rotateSecret = async (
  { purpose, revoke }: { readonly purpose: Purpose; readonly revoke: boolean },
  context: Deps,
): Promise<TokenSecret> => {
  const { table, now } = context;
  const consequence = irrevocable[purpose];
  if (consequence !== undefined && revoke)
    throw new ApiError('invalid', {
      detail: `Secrets for ${purpose} can be rotated but not revoked: revoking them would ${consequence}.`,
    });
  const before = await readSecrets(purpose, context);
  // Newer than all others, even if the clock stands still or goes back.
  const newest = Math.max(now().getTime(), ...before.map(({ createdAt }) => Date.parse(createdAt) + 1));
  const secret = await createSecret(purpose, { ...context, now: () => new Date(newest) });
  const set = { revokedAt: now().toISOString() };
  for (const one of revoke ? before : []) await table.write(update(tokenSecrets, one, { set }));
  clearCaches(table);
  return secret;
};

/** Purposes whose secrets cannot be revoked, and what that would do. */
const irrevocable: { readonly [purpose in Purpose]?: string } = {
  erasure: 'readmit erased people',
  webhook: 'make the secrets of all webhooks unreadable',
  integration: 'make the secrets of all integrations unreadable',
};

const MAX_SECRETS = 1_000;

const readSecrets = async (purpose: Purpose, { account, table }: Deps): Promise<TokenSecret[]> => {
  const range = { pk: secretsPk(account), prefix: secretsPrefix(purpose), limit: MAX_SECRETS };
  const all = await table.queryOf(tokenSecrets, range);
  return all.filter(({ revokedAt }) => revokedAt === undefined);
};

const createSecret = async (purpose: Purpose, { account, table, now }: Deps): Promise<TokenSecret> => {
  const id = toReadableText(randomBytes(8), 8);
  const secret = randomBytes(32).toString('base64url');
  const stored: TokenSecret = { account, purpose, id, secret, createdAt: now().toISOString() };
  await table.write(create(tokenSecrets, stored));
  return stored;
};

/** The newest secret. The first is created on demand: if two processes create it at once, tokens of both are valid. */
export const getSigningSecret = (purpose: Purpose, context: Deps): Promise<TokenSecret> =>
  cachesOf(context.table).signing.get(`${context.account} ${purpose}`, context.now(), async () => {
    const all = await readSecrets(purpose, context);
    return newestFirst(all)[0] ?? createSecret(purpose, context);
  });

/** A secret by its id. Undefined if there is none, or it was revoked. */
export const findSecret = (
  { purpose, id }: Pick<TokenSecret, 'purpose' | 'id'>,
  context: Deps,
): Promise<TokenSecret | undefined> =>
  cachesOf(context.table).one.get(`${context.account} ${purpose} ${id}`, context.now(), async () => {
    const secret = await context.table.get(tokenSecrets, { account: context.account, purpose, id });
    return secret?.revokedAt === undefined ? secret : undefined;
  });

/** Hashes texts with each secret of a purpose, the current secret first. Empty if there is no secret yet. */
export const keyedHashes = async (
  { purpose, texts }: { readonly purpose: Purpose; readonly texts: readonly string[] },
  context: Deps,
): Promise<readonly (readonly string[])[]> => {
  const secrets = newestFirst(await readSecretsCached(purpose, context));
  return texts.map((text) => secrets.map((secret) => keyedHash(text, secret)));
};

/** Creates the first secret of a purpose, if there is none. */
export const ensureSecret = async (purpose: Purpose, context: Deps): Promise<void> => {
  await getSigningSecret(purpose, context);
};

const newestFirst = (secrets: readonly TokenSecret[]): TokenSecret[] =>
  secrets.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));

/** A revoked secret is accepted for up to a minute, like a revoked key. A missing one is not cached. */
const openSecretCaches = () => ({
  signing: openCache<TokenSecret>(CACHE),
  one: openCache<TokenSecret | undefined>({ ...CACHE, isCacheable: (secret) => secret !== undefined }),
  all: openCache<readonly TokenSecret[]>({ ...CACHE, isCacheable: (secrets) => secrets.length > 0 }),
});

const CACHE = { ttlMs: 60_000, maxEntries: 1_000 } as const;

/** The secrets that this process has read, by table. */
const caches = new WeakMap<Table, ReturnType<typeof openSecretCaches>>();

const cachesOf = (table: Table): ReturnType<typeof openSecretCaches> => {
  const ofTable = caches.get(table) ?? openSecretCaches();
  caches.set(table, ofTable);
  return ofTable;
};

const readSecretsCached = (purpose: Purpose, context: Deps): Promise<readonly TokenSecret[]> =>
  cachesOf(context.table).all.get(`${context.account} ${purpose}`, context.now(), () => readSecrets(purpose, context));

const clearCaches = (table: Table): void => {
  caches.delete(table);
};
