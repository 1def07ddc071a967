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
import { claimsIn, keyedHash, type Purpose, sealToken, secretIdIn, type TokenSecret } from './token.ts';

type Deps = Pick<Context, 'account' | 'table' | 'now'>;

interface ToSign {
  readonly purpose: Purpose;
  /** Readable by everybody who holds the token. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** These are encrypted. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly until?: Date;
}

/** A token that says these things, for good or until a time. */
export const signToken = async ({ purpose, claims, hidden, until }: ToSign, context: Deps): Promise<string> => {
  const secret = await signingSecret(purpose, context);
  const exp = until && { exp: Math.floor(until.getTime() / 1_000) };
  return sealToken({ ...claims, ...exp, ...(hidden && { x: encrypt(JSON.stringify(hidden), secret) }) }, secret);
};

export type OpenedToken<Claims> =
  | { readonly kind: 'valid' | 'expired'; readonly claims: Claims }
  /** Not made here, made for another purpose or account, or revoked. */
  | { readonly kind: 'invalid' };

const Claimed = v.looseObject({
  exp: v.optional(v.number(), Number.POSITIVE_INFINITY),
  /** The hidden ones, encrypted. */
  x: v.optional(v.string()),
});
const Hidden = v.optional(v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.string())), '{}');

/** What a token says, as far as it was made by this account for this purpose. */
export const openToken = async <S extends v.GenericSchema>(
  { purpose, token, schema }: { purpose: Purpose; token: string; schema: S },
  context: Deps,
): Promise<OpenedToken<v.InferOutput<S>>> => {
  const id = secretIdIn(token);
  const secret = id === undefined ? undefined : await secretOf({ purpose, id }, context);
  const claims = secret && claimsIn(token, secret);
  const read = v.safeParse(Claimed, claims);
  if (!secret || !read.success) return { kind: 'invalid' };
  const { x } = read.output;
  const hidden = v.parse(Hidden, x === undefined ? undefined : decrypt(x, secret));
  const said = v.safeParse(schema, { ...read.output, ...hidden });
  if (!said.success) return { kind: 'invalid' };
  const isOver = context.now().getTime() >= read.output.exp * 1_000;
  return { kind: isOver ? 'expired' : 'valid', claims: said.output };
};

/** New tokens are made by a new secret. Those that were made before hold, unless they are revoked. */
export const rotateSecret = async (
  { purpose, revoke }: { readonly purpose: Purpose; readonly revoke: boolean },
  context: Deps,
): Promise<TokenSecret> => {
  const { table, now } = context;
  if (purpose === 'erasure' && revoke)
    throw new ApiError('invalid', {
      detail: 'Secrets of erasure can be replaced and not revoked: whoever was erased would be let in again.',
    });
  const before = await secretsFor(purpose, context);
  // Newer than all others, also where the clock stands still or went back.
  const newest = Math.max(now().getTime(), ...before.map(({ createdAt }) => Date.parse(createdAt) + 1));
  const made = await makeSecret(purpose, { ...context, now: () => new Date(newest) });
  const set = { revokedAt: now().toISOString() };
  for (const one of revoke ? before : []) await table.write(update(tokenSecrets, one, { set }));
  forget(table);
  return made;
};

const MAX_SECRETS = 1_000;

const secretsFor = async (purpose: Purpose, { account, table }: Deps): Promise<TokenSecret[]> => {
  const range = { pk: secretsPk(account), prefix: secretsPrefix(purpose), limit: MAX_SECRETS };
  const all = await table.queryOf(tokenSecrets, range);
  return all.filter(({ revokedAt }) => revokedAt === undefined);
};

const makeSecret = async (purpose: Purpose, { account, table, now }: Deps): Promise<TokenSecret> => {
  const id = toReadableText(randomBytes(8), 8);
  const secret = randomBytes(32).toString('base64url');
  const made: TokenSecret = { account, purpose, id, secret, createdAt: now().toISOString() };
  await table.write(create(tokenSecrets, made));
  return made;
};

/** The newest one. The first is made when it is needed: where two make it at once, tokens of both hold. */
const signingSecret = (purpose: Purpose, context: Deps): Promise<TokenSecret> =>
  cachesOf(context.table).signing.get(`${context.account} ${purpose}`, context.now(), async () => {
    const all = await secretsFor(purpose, context);
    return newestFirst(all)[0] ?? makeSecret(purpose, context);
  });

const secretOf = (
  { purpose, id }: Pick<TokenSecret, 'purpose' | 'id'>,
  context: Deps,
): Promise<TokenSecret | undefined> =>
  cachesOf(context.table).one.get(`${context.account} ${purpose} ${id}`, context.now(), async () => {
    const found = await context.table.get(tokenSecrets, { account: context.account, purpose, id });
    return found?.revokedAt === undefined ? found : undefined;
  });

/** A text under each secret of a purpose, under the one that is used from now on first. None where there is no secret yet. */
export const keyedHashes = async (
  { purpose, texts }: { readonly purpose: Purpose; readonly texts: readonly string[] },
  context: Deps,
): Promise<readonly (readonly string[])[]> => {
  const secrets = newestFirst(await rememberedAll(purpose, context));
  return texts.map((text) => secrets.map((secret) => keyedHash(text, secret)));
};

/** The secret that is used from now on is there. */
export const ensureSecret = async (purpose: Purpose, context: Deps): Promise<void> => {
  await signingSecret(purpose, context);
};

const newestFirst = (secrets: readonly TokenSecret[]): TokenSecret[] =>
  secrets.toSorted((a, b) => (a.createdAt < b.createdAt ? 1 : -1));

/** A secret that is revoked is accepted for a minute more, as a key is. That there is none is asked again. */
const openSecretCaches = () => ({
  signing: openCache<TokenSecret>(CACHE),
  one: openCache<TokenSecret | undefined>({ ...CACHE, isCacheable: (secret) => secret !== undefined }),
  all: openCache<readonly TokenSecret[]>({ ...CACHE, isCacheable: (secrets) => secrets.length > 0 }),
});

const CACHE = { ttlMs: 60_000, maxEntries: 1_000 } as const;

/** What this process has read, by table. */
const caches = new WeakMap<Table, ReturnType<typeof openSecretCaches>>();

const cachesOf = (table: Table): ReturnType<typeof openSecretCaches> => {
  const known = caches.get(table) ?? openSecretCaches();
  caches.set(table, known);
  return known;
};

const rememberedAll = (purpose: Purpose, context: Deps): Promise<readonly TokenSecret[]> =>
  cachesOf(context.table).all.get(`${context.account} ${purpose}`, context.now(), () => secretsFor(purpose, context));

const forget = (table: Table): void => {
  caches.delete(table);
};
