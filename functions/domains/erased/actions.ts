import { canonicalEmail, spellingsOf } from '../../model/email.ts';
import type { Alias } from '../../model/identity.ts';
import { ApiError } from '../../platform/errors.ts';
import { inParallel } from '../../platform/parallel.ts';
import { create, remove } from '../../platform/table/write.ts';
import { markHasErased } from '../accounts/actions.ts';
import type { Context } from '../accounts/context.ts';
import { ensureSecret, keyedHashes } from '../accounts/tokens/actions.ts';
import { type ErasedIdentifier, erasedIdentifiers } from './store.ts';

/** Without `accountSettings`, the table is always read. */
type Deps = Pick<Context, 'account' | 'table' | 'now'> & Partial<Pick<Context, 'accountSettings'>>;

const purpose = 'erasure';
const PARALLEL = 16;

const canonicalText = ({ kind, value }: Alias): string =>
  JSON.stringify([kind, kind === 'email' ? canonicalEmail(value) : value]);

/** Includes the form in which an earlier version hashed addresses of international domains. */
const allTexts = ({ kind, value }: Alias): string[] => {
  const texts = spellingsOf(kind, value).map((one) => JSON.stringify([kind, one]));
  return [...new Set([canonicalText({ kind, value }), ...texts])];
};

/** The keyed hash that recognizes an identifier which may not be stored. */
export const hashIdentifier = async (identifier: Alias, context: Deps): Promise<string> => {
  await ensureSecret(purpose, context);
  const [[hash] = []] = await keyedHashes({ purpose, texts: [canonicalText(identifier)] }, context);
  if (hash === undefined) throw new Error('The account has no erasure secret.');
  return hash;
};

/** The hashes of identifiers under every secret that the account has had. */
export const readAllHashes = async (identifiers: readonly Alias[], context: Deps): Promise<readonly string[]> =>
  (await keyedHashes({ purpose, texts: identifiers.flatMap(allTexts) }, context)).flat();

/** Returns the identifiers that belonged to erased people. Sends no request if the account has erased nobody. */
export const filterErased = async <Identifier extends Alias>(
  identifiers: readonly Identifier[],
  context: Deps,
): Promise<readonly Identifier[]> => {
  const { accountSettings } = context;
  if (identifiers.length === 0 || (accountSettings && !accountSettings.hasErased)) return [];
  const itemsByIdentifier = await readErasedItems(identifiers, context);
  return identifiers.filter((_, i) => (itemsByIdentifier[i] ?? []).length > 0);
};

export const isErased = async (identifier: Alias, context: Deps): Promise<boolean> =>
  (await filterErased([identifier], context)).length > 0;

/** Reads the erasure marks of each identifier, under every secret. */
const readErasedItems = async (
  identifiers: readonly Alias[],
  context: Deps,
): Promise<readonly (readonly ErasedIdentifier[])[]> => {
  const { account, table } = context;
  const texts = identifiers.flatMap((one, i) => allTexts(one).map((text) => ({ i, text })));
  const hashes = await keyedHashes({ purpose, texts: texts.map(({ text }) => text) }, context);
  const lookups = texts.flatMap(({ i }, at) => (hashes[at] ?? []).map((hash) => ({ i, hash })));
  const found = await table.getMany(
    erasedIdentifiers,
    lookups.map(({ hash }) => ({ account, hash })),
  );
  const items = identifiers.map((): ErasedIdentifier[] => []);
  for (const [at, { i }] of lookups.entries()) {
    const item = found[at];
    if (item) items[i]?.push(item);
  }
  return items;
};

/** Reads what is stored about the erasure of these identifiers. */
export const readErasures = async (identifiers: readonly Alias[], context: Deps) => {
  const found = await readErasedItems(identifiers, context);
  return identifiers.flatMap(({ kind, value }, i) =>
    (found[i] ?? []).map(({ hash, job, at }) => ({ kind, value, hash, job, at })),
  );
};

/**
 * Bars these identifiers from creating profiles. The marks are hashes: only a request with the same identifier reveals
 * it.
 */
export const markErased = async (identifiers: readonly Alias[], job: string, context: Deps): Promise<void> => {
  const { account, table, now } = context;
  await markHasErased(account, context);
  await ensureSecret(purpose, context);
  const at = now().toISOString();
  const hashes = await keyedHashes({ purpose, texts: identifiers.map(canonicalText) }, context);
  await inParallel(hashes, PARALLEL, async ([hash]) => {
    if (hash === undefined) throw new Error('The account has no erasure secret.');
    await table.write(create(erasedIdentifiers, { account, hash, job, at }));
  });
};

/** Removes the marks after the person has signed up again. */
export const clearErasureMarks = async (identifiers: readonly Alias[], context: Deps): Promise<void> => {
  const items = (await readErasedItems(identifiers, context)).flat();
  await inParallel(items, PARALLEL, (item) => context.table.write(remove(erasedIdentifiers, item)));
};

export const erasedError = (
  identifiers: readonly Alias[],
  pointerOf = ({ kind }: Alias): string => `/data/attributes/${kind}`,
): ApiError =>
  new ApiError(
    'erased',
    identifiers.map((one) => ({
      detail: `The person with this ${one.kind} has been erased at their request. Nothing is stored about them unless they sign up again themselves.`,
      source: { pointer: pointerOf(one) },
    })),
  );

export const isErasedError = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 'erased';
