import { randomBytes } from 'node:crypto';
import { type Account, toReadableText } from '../../model/account.ts';
import { ApiError } from '../../platform/errors.ts';
import type { Services } from '../../platform/resources/services.ts';
import { create, update } from '../../platform/table/write.ts';
import { accounts } from './store.ts';

/** Creates an account. Its id has six characters, random unless given. */
export const createAccount = async (
  input: { readonly name: string; readonly timezone?: string; readonly id?: string; readonly isTest?: boolean },
  { table, now }: Services,
): Promise<Account> => {
  const { name, timezone = 'UTC', id = toReadableText(randomBytes(6), 6), isTest } = input;
  if (!/^[A-Za-z0-9]{6}$/.test(id))
    throw new ApiError('invalid', { detail: `An account id has 6 letters or digits, not '${id}'.` });
  if (!isTimeZone(timezone))
    throw new ApiError('invalid', { detail: `'${timezone}' is not an IANA time zone, such as Europe/Berlin.` });
  const account: Account = { id, name, timezone, createdAt: now().toISOString(), ...(isTest && { isTest }) };
  const result = await table.write(create(accounts, account));
  if (!result.done) throw new ApiError('conflict', { detail: `An account ${id} already exists.` });
  return account;
};

export const listAccounts = async ({ table }: Services): Promise<Account[]> => {
  const listed = await table.query({ index: 'gsi1', pk: 'ACCOUNTS', limit: 1_000 });
  const stored = await table.getMany(
    accounts,
    listed.map(({ gsi1sk }) => ({ id: String(gsi1sk) })),
  );
  return stored.filter((account) => account !== undefined);
};

/** Changes settings; `undefined` resets one to its default. Takes effect within a minute. */
export const changeAccount = async (
  id: string,
  settings: Partial<Account>,
  { table }: Pick<Services, 'table'>,
): Promise<Account> => {
  const remove = Object.entries(settings).flatMap(([name, value]) => (value === undefined ? [name] : []));
  const result = await table.write(update(accounts, { id }, { set: settings, remove }));
  const account = result.done ? await table.get(accounts, { id }) : undefined;
  if (!account) throw new ApiError('not_found', { detail: `There is no account ${id}.` });
  return account;
};

/**
 * Marks that the account has erased people: within a minute, every function checks identifiers before it creates a
 * profile.
 */
export const markHasErased = async (id: string, { table }: Pick<Services, 'table'>): Promise<void> => {
  await table.write(update(accounts, { id }, { set: { hasErased: true } }));
};

/** Makes every function report what comes in, within a minute, until a time. */
export const markLive = async (id: string, until: Date, { table }: Pick<Services, 'table'>): Promise<void> => {
  await table.write(update(accounts, { id }, { set: { liveUntil: until.toISOString() } }));
};

/** Reads an account's settings, for workers, which have no request. */
export const readSettings = async (
  account: string,
  { table }: Pick<Services, 'table'>,
): Promise<{ readonly accountSettings?: Account }> => {
  const accountSettings = await table.get(accounts, { id: account });
  return accountSettings ? { accountSettings } : {};
};

export const findAccount = (id: string, { table }: Services): Promise<Account | undefined> =>
  table.get(accounts, { id });

const isTimeZone = (name: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
};
