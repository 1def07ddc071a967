import { canonicalEmail, spellingsOf } from '../../model/email.ts';
import type { Alias } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import { create, remove } from '../../platform/table/write.ts';
import { markHasErased } from '../accounts/actions.ts';
import type { Context } from '../accounts/context.ts';
import { ensureSecret, keyedHashes } from '../accounts/tokens/actions.ts';
import { type Erased, erased } from './store.ts';

/** Without the settings of its account, it is looked. */
type Deps = Pick<Context, 'account' | 'table' | 'now'> & Partial<Pick<Context, 'accountSettings'>>;

const purpose = 'erasure';
const PARALLEL = 16;

const textOf = ({ kind, value }: Alias): string =>
  JSON.stringify([kind, kind === 'email' ? canonicalEmail(value) : value]);

/** Also as an earlier version hashed addresses of international domains. */
const textsOf = ({ kind, value }: Alias): string[] => {
  const texts = spellingsOf(kind, value).map((one) => JSON.stringify([kind, one]));
  return [...new Set([textOf({ kind, value }), ...texts])];
};

/** What an identifier is recognised by where it may not be kept. */
export const hashOf = async (identifier: Alias, context: Deps): Promise<string> => {
  await ensureSecret(purpose, context);
  const [[hash] = []] = await keyedHashes({ purpose, texts: [textOf(identifier)] }, context);
  if (hash === undefined) throw new Error('There is a secret.');
  return hash;
};

/** The same under every secret that there was. */
export const hashesOf = async (identifiers: readonly Alias[], context: Deps): Promise<readonly string[]> =>
  (await keyedHashes({ purpose, texts: identifiers.flatMap(textsOf) }, context)).flat();

/** Of these identifiers those that somebody who was erased had. No request where the account has erased nobody. */
export const erasedAmong = async <Identifier extends Alias>(
  identifiers: readonly Identifier[],
  context: Deps,
): Promise<readonly Identifier[]> => {
  const { accountSettings } = context;
  if (identifiers.length === 0 || (accountSettings && !accountSettings.hasErased)) return [];
  const found = await itemsOf(identifiers, context);
  return identifiers.filter((_, i) => (found[i] ?? []).length > 0);
};

export const isErased = async (identifier: Alias, context: Deps): Promise<boolean> =>
  (await erasedAmong([identifier], context)).length > 0;

/** What stands for each identifier, under whichever secret. */
const itemsOf = async (identifiers: readonly Alias[], context: Deps): Promise<readonly (readonly Erased[])[]> => {
  const { account, table } = context;
  const texts = identifiers.flatMap((one, i) => textsOf(one).map((text) => ({ i, text })));
  const hashes = await keyedHashes({ purpose, texts: texts.map(({ text }) => text) }, context);
  const asked = texts.flatMap(({ i }, at) => (hashes[at] ?? []).map((hash) => ({ i, hash })));
  const found = await table.getMany(
    erased,
    asked.map(({ hash }) => ({ account, hash })),
  );
  const items = identifiers.map((): Erased[] => []);
  for (const [at, { i }] of asked.entries()) {
    const item = found[at];
    if (item) items[i]?.push(item);
  }
  return items;
};

/** What is kept of those who were erased and had one of these identifiers. */
export const erasuresOf = async (identifiers: readonly Alias[], context: Deps) => {
  const found = await itemsOf(identifiers, context);
  return identifiers.flatMap(({ kind, value }, i) =>
    (found[i] ?? []).map(({ hash, job, at }) => ({ kind, value, hash, job, at })),
  );
};

/** Lets nobody be made by these identifiers any more. Nothing tells which they are but who asks by them again. */
export const markErased = async (identifiers: readonly Alias[], job: string, context: Deps): Promise<void> => {
  const { account, table, now } = context;
  await markHasErased(account, context);
  await ensureSecret(purpose, context);
  const at = now().toISOString();
  const hashes = await keyedHashes({ purpose, texts: identifiers.map(textOf) }, context);
  await inParallel(hashes, PARALLEL, async ([hash]) => {
    if (hash === undefined) throw new Error('There is a secret.');
    await table.write(create(erased, { account, hash, job, at }));
  });
};

/** Those who had these identifiers are here again by themselves. */
export const clearErasureMarks = async (identifiers: readonly Alias[], context: Deps): Promise<void> => {
  const items = (await itemsOf(identifiers, context)).flat();
  await inParallel(items, PARALLEL, (item) => context.table.write(remove(erased, item)));
};

export const wasErased = (
  identifiers: readonly Alias[],
  pointerTo = ({ kind }: Alias): string => `/data/attributes/${kind}`,
): ApiError =>
  new ApiError(
    'erased',
    identifiers.map((one) => ({
      detail: `Who had this ${one.kind} was erased as they asked. Nothing is stored of them, unless they sign up again themselves.`,
      source: { pointer: pointerTo(one) },
    })),
  );

export const isAboutErased = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 'erased';
