import { createHash, randomBytes } from 'node:crypto';
import { type ApiKey, accountOfKey, toReadableText } from '../../../model/account.ts';
import { ApiError } from '../../../platform/errors.ts';
import type { Services } from '../../../platform/resources/services.ts';
import type { Item } from '../../../platform/table/entity.ts';
import { create, update } from '../../../platform/table/write.ts';
import { accounts, apiKeys } from '../store.ts';
import { checkKeyRules, type KeyRules } from './rules.ts';

/** Creates a key. Only this answer contains the key itself. */
export const createKey = async (
  input: {
    readonly account: string;
    readonly name: string;
    readonly scopes: readonly string[];
  } & KeyRules,
  { table, now, newId }: Services,
): Promise<NewKey> => {
  const { account, name, scopes, limits, networks, origins, endsAt } = input;
  checkKeyRules(input, now(), scopeProblems(scopes));
  if (!(await table.get(accounts, { id: account }))) {
    throw new ApiError('not_found', { detail: `There is no account ${account}.` });
  }
  const key = `pk_${account}_${toReadableText(randomBytes(40), 40)}`;
  const stored: ApiKey = {
    account,
    hash: hashOf(key),
    id: newId(),
    name,
    lastFour: key.slice(-4),
    scopes: [...scopes],
    createdAt: now().toISOString(),
    ...(limits && { limits }),
    ...(networks && { networks: [...networks] }),
    ...(origins && { origins: [...origins] }),
    ...(endsAt && { endsAt: new Date(endsAt).toISOString() }),
  };
  await table.write(create(apiKeys, stored));
  return { ...stored, key };
};

const scopeProblems = (scopes: readonly string[]): string[] => {
  const invalid = scopes.filter((scope) => !SCOPE.test(scope));
  if (scopes.length > 0 && invalid.length === 0) return [];
  const others = invalid.length > 0 ? `, not '${invalid.join("', '")}'` : '';
  return [`A key needs scopes such as events:write, profiles:* or *${others}.`];
};

/** A key as it is shown once. */
export type NewKey = ApiKey & { readonly key: string };

const findKeyById = async ({ account, id }: KeyName, services: Services): Promise<ApiKey | undefined> =>
  (await listKeys(account, services)).find((key) => key.id === id);

/** @throws ApiError `not_found`, also for a revoked key */
const getKey = async ({ account, id }: KeyName, services: Services): Promise<ApiKey> => {
  const key = await findKeyById({ account, id }, services);
  if (!key || key.revokedAt !== undefined)
    throw new ApiError('not_found', { detail: `Account ${account} has no key ${id} that works.` });
  return key;
};

interface KeyName {
  readonly account: string;
  readonly id: string;
}

/**
 * Changes the rules of a key; an empty array, or null, removes one. Takes effect within a minute.
 *
 * @throws ApiError `not_found`, `invalid` with every problem
 */
export const changeKey = async (
  name: KeyName,
  rules: Omit<KeyRules, 'endsAt'> & { readonly endsAt?: string | null },
  services: Services,
): Promise<ApiKey> => {
  const { endsAt, ...others } = rules;
  checkKeyRules({ ...others, ...(endsAt && { endsAt }) }, services.now());
  const key = await getKey(name, services);
  const given = Object.entries({ ...others, ...(endsAt && { endsAt: new Date(endsAt).toISOString() }) });
  const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
  const set = Object.fromEntries(given.filter(([, value]) => value !== undefined && !isEmpty(value)));
  const remove = [
    ...given.flatMap(([attribute, value]) => (isEmpty(value) ? [attribute] : [])),
    ...(endsAt === null ? ['endsAt'] : []),
  ];
  await services.table.write(update(apiKeys, key, { set, remove }));
  return getKey(name, services);
};

/**
 * Replaces a key by a new one with the same scopes and rules. The old one ends after the overlap, or when it would end
 * anyway. The new one has no end.
 *
 * @throws ApiError `not_found`
 */
export const rotateKey = async (
  name: KeyName,
  { overlapHours }: { readonly overlapHours: number },
  services: Services,
): Promise<{ readonly created: NewKey; readonly oldEndsAt: string }> => {
  const { endsAt, ...old } = await getKey(name, services);
  const created = await createKey(old, services);
  const overlapEnds = new Date(services.now().getTime() + overlapHours * 3_600_000).toISOString();
  const oldEndsAt = endsAt !== undefined && endsAt < overlapEnds ? endsAt : overlapEnds;
  await services.table.write(update(apiKeys, old, { set: { endsAt: oldEndsAt } }));
  return { created, oldEndsAt };
};

export const listKeys = async (account: string, { table }: Services): Promise<ApiKey[]> => {
  const listed = await table.query({ index: 'gsi1', pk: `A#${account}#KEYS`, limit: 1_000 });
  const whole = await table.getMany(
    apiKeys,
    listed.map((item) => ({ account, hash: hashOfItem(item) })),
  );
  return whole.filter((key) => key !== undefined);
};

/** Revokes a key. Every function stops accepting it within a minute. */
export const revokeKey = async ({ account, id }: KeyName, services: Services): Promise<void> => {
  const key = await findKeyById({ account, id }, services);
  if (!key) throw new ApiError('not_found', { detail: `Account ${account} has no key ${id}.` });
  const set = { revokedAt: services.now().toISOString() };
  const condition = { attribute: 'revokedAt', is: 'missing' } as const;
  await services.table.write(update(apiKeys, key, { set, condition }));
};

/** Reads the stored key, if it is one of ours and not revoked. */
export const findKey = async (key: string, { table }: Services): Promise<ApiKey | undefined> => {
  const account = accountOfKey(key);
  if (account === undefined) return undefined;
  const stored = await table.get(apiKeys, { account, hash: hashOf(key) });
  return stored?.revokedAt === undefined ? stored : undefined;
};

const SCOPE = /^(\*|[a-z]+(-[a-z]+)*:(read|write|\*))$/;

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
const hashOfItem = ({ pk }: Item): string => String(pk).split('#')[3] ?? '';
